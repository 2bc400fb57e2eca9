import type { Column, Printer } from './output.js';
import { cut, relativeTime, safe, shortDigest, width } from './text.js';

const GAP = 2;
const LEAST = 8;

const COLOURS: Record<string, number> = {
  DEPLOYED: 32,
  VERIFIED: 32,
  SATISFIED: 32,
  ACTIVE: 32,
  OK: 32,
  UNVERIFIED: 33,
  SUPERSEDED: 2,
  DECOMMISSIONED: 2,
  ARCHIVED: 2,
  STALE: 33,
  WARN: 33,
  INVALID: 31,
  MISMATCH: 31,
  NOT_SATISFIED: 31,
  FAIL: 31,
};

/** A status word in its colour. */
export const tinted = (text: string, printer: Printer): string => {
  const code = COLOURS[text.trim()];
  return printer.colour && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
};

/** A cell as text: full values for a pipe; relative times and short digests for a terminal. */
export function cellText<T>(item: T, column: Column<T>, printer: Printer): string {
  const value = column.value(item);
  if (value === null || value === undefined) return printer.io.outIsTerminal ? '-' : '';
  const text = safe(String(value));
  if (!printer.io.outIsTerminal || printer.format === 'wide') return text;
  if (column.as === 'instant') return relativeTime(text, printer.io.now());
  return column.as === 'digest' ? shortDigest(text) : text;
}

/** Widths of the columns so that a row fits: the widest column that may be cut gives way first. */
export function fit(widths: readonly number[], available: number, whole: readonly boolean[] = []): number[] {
  const fitted = [...widths];
  const total = (): number => fitted.reduce((sum, each) => sum + each, 0) + GAP * (fitted.length - 1);
  while (total() > available) {
    const elastic = fitted.filter((_, i) => !whole[i]);
    const widest = Math.max(0, ...elastic);
    if (widest <= LEAST) break;
    const second = Math.max(LEAST, ...elastic.filter((each) => each < widest));
    const count = elastic.filter((each) => each === widest).length;
    const step = Math.max(1, Math.min(widest - second, Math.ceil((total() - available) / count)));
    for (let i = 0; i < fitted.length; i++) if (!whole[i] && fitted[i] === widest) fitted[i] = widest - step;
  }
  return fitted;
}

/** Rows under titles: aligned and cut to the terminal, or separated by tabs. */
export function tableText<T>(items: readonly T[], columns: readonly Column<T>[], printer: Printer): string {
  const shown = columns.filter((column) => !column.wide || printer.format === 'wide');
  const titles = shown.map((column) => column.title);
  const rows = items.map((item) => shown.map((column) => cellText(item, column, printer)));
  if (!printer.io.outIsTerminal) {
    const lines = printer.headers ? [titles, ...rows] : rows;
    return lines.map((cells) => `${cells.join('\t')}\n`).join('');
  }
  if (rows.length === 0) return '';
  const all = printer.headers ? [titles, ...rows] : rows;
  const natural = shown.map((_, i) => Math.max(...all.map((cells) => width(cells[i] ?? ''))));
  const whole = shown.map(({ as }) => as === 'id' || as === 'status');
  const widths = printer.format === 'wide' ? natural : fit(natural, printer.io.columns, whole);
  return all
    .map((cells, at) => {
      const line = cells.map((cell, i) => {
        const fitted = cut(cell, widths[i] ?? LEAST);
        const padded =
          i === cells.length - 1 ? fitted : fitted + ' '.repeat((widths[i] ?? 0) - width(fitted) + GAP);
        const title = printer.headers && at === 0;
        if (title) return printer.colour ? `\u001b[1m${padded}\u001b[0m` : padded;
        return shown[i]?.as === 'status' ? tinted(padded, printer) : padded;
      });
      return `${line.join('').trimEnd()}\n`;
    })
    .join('');
}

/** One thing, a field a line. */
export function fieldsText<T>(item: T, fields: readonly Column<T>[], printer: Printer): string {
  const terminal = printer.io.outIsTerminal;
  const titleWidth = Math.max(...fields.map((field) => field.title.length)) + GAP;
  return fields
    .filter((field) => !field.wide || printer.format === 'wide')
    .map((field) => {
      const value = field.value(item);
      if (terminal && (value === null || value === undefined)) return '';
      const text = value === null || value === undefined ? '' : safe(String(value));
      if (!terminal) return `${field.title}\t${text}\n`;
      const aged = field.as === 'instant' ? `${text} (${relativeTime(text, printer.io.now())})` : text;
      return `${field.title.padEnd(titleWidth)}${field.as === 'status' ? tinted(aged, printer) : aged}\n`;
    })
    .join('');
}
