import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REASONS } from '../../src/evidence/reasons.js';
import { ERRORS, SETTINGS } from '../../src/platform/index.js';
import { ROOT, sourceFiles } from './source-files.js';

const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');
/** What stands in the first column of a page's tables. */
const firstColumn = (path: string): string[] =>
  [...read(path).matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\|/gm)].map((match) => match[1] as string).sort();

describe('docs and code hold the same', () => {
  test('docs/errors.md names every error and every reason, and nothing else', () => {
    expect(firstColumn('docs/errors.md')).toEqual([...Object.keys(ERRORS), ...Object.keys(REASONS)].sort());
  });

  test('docs/configuration.md names every setting, and nothing else', () => {
    expect(firstColumn('docs/configuration.md')).toEqual(SETTINGS.map(({ name }) => name).sort());
  });

  test('every error of the table is one that the code throws', () => {
    const code = sourceFiles(['src/**/*.ts']).filter(({ path }) => path !== 'src/platform/errors.ts');
    const unused = Object.keys(ERRORS).filter(
      (error) => !code.some(({ text }) => text.includes(`'${error}'`)),
    );
    expect(unused).toEqual([]);
  });

  test('every relative link of the docs leads somewhere', () => {
    const pages = sourceFiles(['docs/**/*.md', '*.md']);
    const dead = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].flatMap(([, link]) => {
        const target = new URL(link as string, `file://${ROOT}${path}`);
        return exists(target) ? [] : [`${path} → ${link}`];
      }),
    );
    expect(dead).toEqual([]);
  });
});

function exists(url: URL): boolean {
  try {
    readFileSync(url);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
}
