import { GLOBAL_OPTIONS, type OptionSpecs } from './command.js';
import { EXIT } from './exit-codes.js';
import { usage, type CliFailure } from './failure.js';
import type { Io } from './io.js';
import { nearest } from './nearest.js';
import { reporting, runCommand } from './run-command.js';
import { isGroup, TREE, type Group, type Leaf } from './tree.js';

interface Located {
  path: string;
  entry: Leaf | Group | null;
  rest: string[];
}

/** Finds the command in argv; options may stand before it. USAGE, with the nearest name, for an unknown one. */
export function locate(argv: readonly string[]): Located {
  const words: number[] = [];
  const specs: OptionSpecs = GLOBAL_OPTIONS;
  for (let i = 0; i < argv.length && words.length < 2; i++) {
    const word = argv[i] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-')) words.push(i);
    else {
      const spec = word.startsWith('--')
        ? specs[word.slice(2)]
        : Object.values(specs).find(({ short }) => `-${short}` === word);
      if (spec && spec.type !== 'boolean') i++;
    }
  }
  const at = (n: number): string => argv[words[n] ?? argv.length] ?? '';
  const without = (count: number): string[] => argv.filter((_, i) => !words.slice(0, count).includes(i));
  if (words.length === 0) return { path: '', entry: null, rest: [...argv] };
  const top = TREE.find((entry) => entry.name === at(0));
  if (!top) throw unknown(at(0), '', TREE);
  if (!isGroup(top)) return { path: top.name, entry: top, rest: without(1) };
  if (words.length === 1) return { path: top.name, entry: top, rest: without(1) };
  const verb = top.verbs.find((entry) => entry.name === at(1));
  if (!verb) throw unknown(at(1), `${top.name} `, top.verbs);
  return { path: `${top.name} ${verb.name}`, entry: verb, rest: without(2) };
}

function unknown(typed: string, prefix: string, entries: readonly { name: string }[]): CliFailure {
  const near = nearest(
    typed,
    entries.map((entry) => entry.name),
  );
  const help = `\`rollcall ${prefix}--help\` lists the commands`;
  return usage(
    `unknown command: ${prefix}${typed}`,
    near ? `did you mean \`rollcall ${prefix}${near}\`?` : help,
  );
}

/** Runs one command line and gives its exit code. */
export function main(typed: readonly string[], io: Io): Promise<number> {
  return reporting(typed, io, async () => {
    const argv =
      typed[0] === '--version' || typed[0] === '-v'
        ? ['version', ...typed.slice(1)]
        : typed[0] === 'help'
          ? [...typed.slice(1), '--help']
          : typed;
    const { path, entry, rest } = locate(argv);
    if (entry && !isGroup(entry)) return runCommand((await entry.load()).command, path, rest, io);
    const asked = rest.every((word) => word === '--help' || word === '-h');
    if (!asked) throw usage('the command is missing', '`rollcall --help` lists the commands');
    const help = await import('./help.js');
    if (entry && rest.length === 0) {
      io.err(help.groupHelp(entry));
      return EXIT.usage;
    }
    io.out(entry ? help.groupHelp(entry) : help.rootHelp());
    return EXIT.done;
  });
}
