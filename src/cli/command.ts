import type { Client } from './client.js';
import type { Io } from './io.js';
import type { Printer } from './output.js';

export interface OptionSpec {
  /** A `list` may be given several times. */
  type: 'string' | 'boolean' | 'list';
  short?: string;
  /** What stands for the value in the help. */
  value?: string;
  about: string;
  /** Accepted values; input is taken in any case, `-` for `_`. */
  choices?: readonly string[];
  /** Never read from `ROLLCALL_<FLAG>` or `rollcall.yaml`: it confirms, or it makes sense for one call only. */
  here?: true;
  /** Narrows a list: read from `ROLLCALL_<FLAG>`, and said on stderr, but never from `rollcall.yaml`. */
  filter?: true;
}

export type OptionSpecs = Record<string, OptionSpec>;

export type Values<O extends OptionSpecs> = {
  [K in keyof O]: O[K]['type'] extends 'boolean'
    ? boolean
    : O[K]['type'] extends 'list'
      ? string[]
      : string | undefined;
};

export interface ArgumentSpec {
  name: string;
  about: string;
  optional?: true;
  many?: true;
}

/** What a command gets when it runs. */
export interface Call<O extends OptionSpecs = OptionSpecs> {
  flags: Values<O>;
  args: string[];
  io: Io;
  print: Printer;
  /** The server; resolves URL and token on first use. */
  client: () => Promise<Client>;
  /** Folder of the contexts. */
  configDir: string;
  /** Options that every command has. */
  global: GlobalValues;
}

export interface CommandSpec<O extends OptionSpecs> {
  about: string;
  /** Paragraphs after the first line of the help. */
  details?: string;
  args?: readonly ArgumentSpec[];
  options: O;
  examples?: readonly string[];
  /** Gives the exit code; nothing means 0. */
  run: (call: Call<O>) => Promise<number | void>;
}

export type Command = Omit<CommandSpec<OptionSpecs>, 'run'> & {
  run: (call: Call<never>) => Promise<number | void>;
};

/** Keeps the names and types of the options for `run`. */
export const defineCommand = <const O extends OptionSpecs>(spec: CommandSpec<O>): Command =>
  spec as unknown as Command;

export const GLOBAL_OPTIONS = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    about: 'table, wide, json, yaml, ndjson, csv or name',
  },
  'no-headers': { type: 'boolean', about: 'leave out the line of column titles' },
  color: {
    type: 'string',
    value: 'WHEN',
    about: 'auto, always or never; NO_COLOR and FORCE_COLOR are honoured',
  },
  url: { type: 'string', value: 'URL', about: 'address of the server' },
  token: {
    type: 'string',
    value: 'TOKEN',
    about: 'API token; better: ROLLCALL_TOKEN or ROLLCALL_TOKEN_FILE',
  },
  context: { type: 'string', value: 'NAME', about: 'use this context instead of the current one' },
  timeout: { type: 'string', value: 'TIME', about: 'limit for one try of one request, 20s' },
  retries: { type: 'string', value: 'N', about: 'tries after a network error or a 502, 503 or 504, 3' },
  help: { type: 'boolean', short: 'h', about: 'show the help of the command', here: true },
} as const satisfies OptionSpecs;

export type GlobalValues = Values<typeof GLOBAL_OPTIONS>;
