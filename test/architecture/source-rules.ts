import type { SourceFile } from './source-files.js';

const MAX_LINES = 400;
const SQL_MAY_STAND_IN =
  /^(migrations\/|scripts\/|test\/|bench\/|src\/platform\/|src\/bootstrap\.ts$|.*\.(store|queries)\.ts$)/;
const STATEMENT =
  /['"`]\s*(with\s+\w+\s+as\b|select\b[^'"`]*\bfrom\b|insert\s+into\b|update\s+\w+\s+(\w+\s+)?set\b|delete\s+from\b|lock\s+table\b)/i;

/** Files that are too long to be read in one go. */
export const tooLong = (files: SourceFile[]): string[] =>
  files.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1;
    return lines > MAX_LINES ? [`${path} has ${lines} lines: give a part of it a file of its own`] : [];
  });

/** SQL outside of stores and queries, where no plan test sees it. */
export const straySql = (files: SourceFile[]): string[] =>
  files.flatMap(({ path, text }) => {
    if (SQL_MAY_STAND_IN.test(path)) return [];
    const found = STATEMENT.exec(text);
    return found
      ? [`${path} holds SQL (${found[0].trim().slice(1, 40)}…): move it to a *.store.ts or *.queries.ts`]
      : [];
  });

/** Words that leave work for later; the tracker is the place for them. */
export const leftovers = (files: SourceFile[]): string[] =>
  files.flatMap(({ path, text }) => {
    const found = /\b(TODO|FIXME|XXX|HACK)\b|not implemented/.exec(text);
    return found ? [`${path} says ${found[0]}`] : [];
  });
