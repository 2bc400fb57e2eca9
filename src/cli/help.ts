import { GLOBAL_OPTIONS, type Command, type OptionSpec, type OptionSpecs } from './command.js';
import { isGroup, TREE, type Group } from './tree.js';

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join('');
};

/** `-o, --output FORMAT`. */
export const optionTitle = (name: string, spec: OptionSpec): string => {
  const short = spec.short ? `-${spec.short}, ` : '';
  const value =
    spec.type === 'boolean' ? '' : ` ${spec.value ?? (spec.choices ? name.toUpperCase() : 'TEXT')}`;
  return `${short}--${name}${value}`;
};

/** What an option is for, with the values it accepts. */
export const optionAbout = (spec: OptionSpec): string => {
  const choices = spec.choices ? ` (${spec.choices.join(', ')})` : '';
  return `${spec.about}${choices}${spec.type === 'list' ? '; may be repeated' : ''}`;
};

const optionRows = (specs: OptionSpecs): string =>
  columns(Object.entries(specs).map(([name, spec]) => [optionTitle(name, spec), optionAbout(spec)]));

/** `rollcall deployment record [options] FILE…`. */
export function usageLine(path: string, command: Command): string {
  const args = (command.args ?? []).map(({ name, optional, many }) => {
    const text = `${name}${many ? '…' : ''}`;
    return optional ? `[${text}]` : text;
  });
  return ['rollcall', path, ...args, Object.keys(command.options).length > 0 ? '[options]' : '']
    .filter(Boolean)
    .join(' ');
}

/** The help of one command. */
export function commandHelp(path: string, command: Command): string {
  const parts = [`${command.about}.\n`, `Usage:\n  ${usageLine(path, command)}\n`];
  if (command.details) parts.push(`${command.details}\n`);
  if (command.args?.length)
    parts.push(`Arguments:\n${columns(command.args.map(({ name, about }) => [name, about]))}`);
  if (Object.keys(command.options).length > 0) parts.push(`Options:\n${optionRows(command.options)}`);
  if (command.examples?.length)
    parts.push(`Examples:\n${command.examples.map((line) => `  ${line}\n`).join('')}`);
  parts.push(`Options of every command:\n${optionRows(GLOBAL_OPTIONS)}`);
  return parts.join('\n');
}

/** The verbs of one noun. */
export const groupHelp = (group: Group): string =>
  `${group.about}.\n\nUsage:\n  rollcall ${group.name} COMMAND\n\nCommands:\n${columns(
    group.verbs.map(({ name, about }) => [name, about]),
  )}\n\`rollcall ${group.name} COMMAND --help\` shows the options.\n`;

/** What `rollcall` alone prints. */
export const rootHelp = (): string =>
  `Rollcall: which artifact runs where, since when, who said so, and where it came from.\n\nUsage:\n  rollcall COMMAND\n\nCommands:\n${columns(
    TREE.flatMap((entry): [string, string][] =>
      isGroup(entry)
        ? [[entry.name, `${entry.about}: ${entry.verbs.map((verb) => verb.name).join(', ')}`]]
        : [[entry.name, entry.about]],
    ),
  )}\n\`rollcall COMMAND --help\` shows the options.\n`;
