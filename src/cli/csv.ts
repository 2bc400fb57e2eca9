import type { Column, Printer } from './output.js';
import { safe } from './text.js';

const quoted = (value: unknown, terminal: boolean): string => {
  const raw = value === null || value === undefined ? '' : String(value);
  const text = terminal ? safe(raw) : raw;
  return /[",\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180 with every column, also those of `-o wide`; values in full, in a file or a pipe unchanged. */
export function csvText<T>(items: readonly T[], columns: readonly Column<T>[], printer: Printer): string {
  const terminal = printer.io.outIsTerminal;
  const lines = items.map((item) => columns.map((column) => quoted(column.value(item), terminal)).join(','));
  if (printer.headers) lines.unshift(columns.map((column) => quoted(column.title, terminal)).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}
