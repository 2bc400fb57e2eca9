import { usage } from './failure.js';
import type { GlobalValues } from './command.js';
import type { Io } from './io.js';
import { fieldsText, tableText } from './table.js';
import { safe, safeJson } from './text.js';

export const FORMATS = ['table', 'wide', 'json', 'yaml', 'ndjson', 'csv', 'name'] as const;
export type Format = (typeof FORMATS)[number];

export type CellValue = string | number | boolean | null | undefined;

export interface Column<T> {
  title: string;
  value: (item: T) => CellValue;
  /** How a terminal shows the value (an id and a status are never cut); a pipe always gets it in full. */
  as?: 'instant' | 'digest' | 'status' | 'id';
  /** Shown by `-o wide` only (and by csv). */
  wide?: boolean;
}

export interface List<T> {
  items: T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Writes results in the asked-for format: data on stdout, the rest on stderr. */
export interface Printer {
  format: Format;
  colour: boolean;
  headers: boolean;
  io: Io;
  list: <T>(list: List<T>, columns: readonly Column<T>[], nameOf: (item: T) => string) => Promise<void>;
  one: <T>(
    item: T,
    fields: readonly Column<T>[],
    nameOf: (item: T) => string,
    json?: unknown,
  ) => Promise<void>;
  /** A value for json, yaml and ndjson; false when the format is another one. */
  data: (value: unknown) => Promise<boolean>;
  /** A line for people, on stderr. */
  note: (text: string) => void;
  warn: (text: string) => void;
}

function chosenFormat(text: string | undefined): Format {
  const format = FORMATS.find((known) => known === (text ?? 'table').toLowerCase());
  if (!format) throw usage(`--output is not one of ${FORMATS.join(', ')}: ${text}`);
  return format;
}

/** Colour: `--color`, else NO_COLOR, else CLICOLOR_FORCE or FORCE_COLOR, else whether stdout is a terminal. */
export function wantsColour(io: Io, when: string | undefined): boolean {
  const { env } = io;
  if (when !== undefined && !['auto', 'always', 'never'].includes(when))
    throw usage(`--color is not one of auto, always, never: ${when}`);
  if (when === 'always' || when === 'never') return when === 'always';
  if (env['NO_COLOR']) return false;
  for (const force of [env['CLICOLOR_FORCE'], env['FORCE_COLOR']]) if (force && force !== '0') return true;
  return io.outIsTerminal && env['TERM'] !== 'dumb' && env['CLICOLOR'] !== '0';
}

const jsonText = (value: unknown, indent?: number): string =>
  `${safeJson(JSON.stringify(value, null, indent))}\n`;

export function createPrinter(io: Io, global: GlobalValues): Printer {
  const format = chosenFormat(global.output);
  const printer: Printer = {
    format,
    colour: wantsColour(io, global.color),
    headers: !global['no-headers'],
    io,
    async data(value) {
      if (format === 'json') io.out(jsonText(value, 2));
      else if (format === 'ndjson') io.out(jsonText(value));
      else if (format === 'yaml') io.out((await import('./yaml.js')).yamlText(value));
      else return false;
      return true;
    },
    async list(list, columns, nameOf) {
      const { items } = list;
      if (format === 'ndjson') items.forEach((item) => io.out(jsonText(item)));
      else if (format === 'name') items.forEach((item) => io.out(`${safe(nameOf(item))}\n`));
      else if (format === 'csv') io.out((await import('./csv.js')).csvText(items, columns, printer));
      else if (!(await printer.data({ items, pageInfo: list.pageInfo }))) {
        io.out(tableText(items, columns, printer));
        if (items.length === 0) printer.note('Nothing found.');
        else if (list.pageInfo.hasNextPage)
          printer.note(`The first ${items.length} are shown; --limit or --all shows more.`);
      }
    },
    async one(item, fields, nameOf, json = item) {
      if (format === 'name') io.out(`${safe(nameOf(item))}\n`);
      else if (format === 'csv') io.out((await import('./csv.js')).csvText([item], fields, printer));
      else if (!(await printer.data(json))) io.out(fieldsText(item, fields, printer));
    },
    note: (text) => io.err(`${safe(text)}\n`),
    warn: (text) => io.err(`warning: ${safe(text)}\n`),
  };
  return printer;
}
