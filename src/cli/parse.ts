import { CliFailure, usage } from './failure.js';
import {
  GLOBAL_OPTIONS,
  type ArgumentSpec,
  type Command,
  type GlobalValues,
  type OptionSpec,
  type OptionSpecs,
} from './command.js';
import { enumValue } from './artifact-options.js';
import { nearest } from './nearest.js';
import type { ProjectFile } from './project-file.js';

type Value = string | boolean | string[] | undefined;

export interface Parsed {
  flags: Record<string, Value>;
  global: GlobalValues;
  args: string[];
  /** Filters that were not typed but came from the environment: `--env k8s-east (ROLLCALL_ENV)`. */
  inherited: string[];
}

/** `logical-env` → ROLLCALL_LOGICAL_ENV. */
export const variableOf = (flag: string): string => `ROLLCALL_${flag.toUpperCase().replaceAll('-', '_')}`;

function readArgv(
  argv: string[],
  specs: OptionSpecs,
): { values: Record<string, Value>; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short }]) => [
      name,
      {
        type: type === 'boolean' ? 'boolean' : 'string',
        multiple: type === 'list',
        ...(short ? { short } : {}),
      } as const,
    ]),
  );
  // An ESM import of node:util would evaluate all of its lazy exports.
  const { parseArgs } = process.getBuiltinModule('node:util');
  try {
    return parseArgs({ args: argv, options, allowPositionals: true, strict: true }) as never;
  } catch (cause) {
    const unknown = /^Unknown option '(-+)([^'=]+)'/.exec((cause as Error).message);
    if (!unknown) throw usage((cause as Error).message.split('. ')[0] ?? '');
    const near = nearest(unknown[2] ?? '', Object.keys(specs));
    throw usage(`unknown option ${unknown[1]}${unknown[2]}`, near ? `did you mean --${near}?` : undefined);
  }
}

function fromText(flag: string, spec: OptionSpec, text: string, source: string): Value {
  if (spec.type === 'list') return text.split(',');
  if (spec.type === 'string') return text;
  if (/^(true|1|yes)$/i.test(text)) return true;
  if (/^(false|0|no)$/i.test(text)) return false;
  throw usage(`${source} must be true or false for --${flag}: ${text}`);
}

function checkChoice(flag: string, spec: OptionSpec, value: Value): Value {
  const { choices } = spec;
  if (!choices || value === undefined || typeof value === 'boolean') return value;
  const chosen = [value].flat().map((text) => {
    const match = choices.find((choice) => enumValue(choice) === enumValue(text));
    if (match !== undefined) return match;
    const near = nearest(text, choices);
    throw usage(
      `--${flag} is not one of ${choices.join(', ')}: ${text}`,
      near ? `did you mean ${near}?` : undefined,
    );
  });
  return Array.isArray(value) ? chosen : chosen[0];
}

function checkArguments(args: string[], specs: readonly ArgumentSpec[]): void {
  const missing = specs.find((spec, i) => !spec.optional && args[i] === undefined);
  if (missing) throw usage(`missing ${missing.name}: ${missing.about}`);
  const many = specs.some((spec) => spec.many);
  if (!many && args.length > specs.length) throw usage(`unexpected argument: ${args[specs.length]}`);
}

/** The values of a call: flag, else `ROLLCALL_<FLAG>`, else `rollcall.yaml`. A usage failure names what is wrong. */
export function parseCall(
  argv: string[],
  command: Command,
  env: Record<string, string | undefined>,
  project: () => ProjectFile | null,
): Parsed {
  const specs: OptionSpecs = { ...command.options, ...GLOBAL_OPTIONS };
  const { values, positionals } = readArgv(argv, specs);
  const flags: Record<string, Value> = {};
  const inherited: string[] = [];
  const help = values['help'] === true;
  for (const [flag, spec] of Object.entries(specs)) {
    let value: Value = values[flag];
    // URL, token and context depend on each other and are resolved together, where the connection is made.
    const resolvedLater = flag === 'url' || flag === 'token' || flag === 'context';
    if (value === undefined && !spec.here && !resolvedLater) {
      const text = env[variableOf(flag)];
      const set = spec.filter ? undefined : project()?.values.get(flag);
      if (text !== undefined && text !== '') {
        value = fromText(flag, spec, text, variableOf(flag));
        if (spec.filter) inherited.push(`--${flag} ${text} (${variableOf(flag)})`);
      } else if (set !== undefined) value = fromText(flag, spec, set, 'rollcall.yaml');
    }
    if (value === '' && spec.type !== 'boolean' && !spec.filter) throw usage(`--${flag} is empty`);
    flags[flag] =
      checkChoice(flag, spec, value) ??
      (spec.type === 'boolean' ? false : spec.type === 'list' ? [] : undefined);
  }
  if (!help) checkArguments(positionals, command.args ?? []);
  return { flags, global: flags as unknown as GlobalValues, args: positionals, inherited };
}

/** An option or argument that this command cannot do without. */
export function required(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new CliFailure('USAGE', `${what} is missing`);
  return value;
}
