import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sourceFiles } from './source-files.js';
import { leftovers, straySql, tooLong } from './source-rules.js';

const CODE = ['{src,migrations,test,scripts,bench}/**/*.{ts,mjs,js}'];
const SHIPPED = ['{src,migrations}/**/*.ts'];

test('no file has more than 400 lines', () => {
  // A migration that has run is never rearranged, however long it is.
  const files = sourceFiles(CODE).filter(({ path }) => !path.startsWith('migrations/'));
  expect(tooLong(files)).toEqual([]);
  expect(tooLong([{ path: 'src/long.ts', text: 'x\n'.repeat(401) }])).toHaveLength(1);
});

test('SQL stands in stores, queries, migrations and platform only', () => {
  expect(straySql(sourceFiles(SHIPPED))).toEqual([]);
  const path = 'src/access/access.service.ts';
  for (const sql of [
    'select id\n  from token',
    'insert into token values (1)',
    'update token t set a = 1',
    'delete from token',
  ])
    expect(straySql([{ path, text: `db.query(\`${sql}\`)` }]), sql).toHaveLength(1);
});

test('nothing shipped is left for later', () => {
  expect(leftovers(sourceFiles(SHIPPED))).toEqual([]);
  expect(leftovers([{ path: 'src/a.ts', text: '// TODO' }])).toHaveLength(1);
});

test('dependencies are pinned exactly', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const all = {
    ...manifest['dependencies'],
    ...manifest['devDependencies'],
    ...manifest['optionalDependencies'],
  };
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

/** Rules of oxlint that a file breaks, under the repository's own configuration. */
function lint(path: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-lint-'));
  try {
    for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
      cpSync(join(ROOT, file), join(folder, file));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    return execFileSync(join(ROOT, 'node_modules/.bin/oxlint'), ['-f', 'unix'], {
      cwd: folder,
      encoding: 'utf8',
    });
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([
  [
    'process.env outside of platform/config.ts and the CLI',
    'no-process-env',
    'src/access/a.ts',
    'export const a = process.env.A;\n',
  ],
  [
    'a promise that nobody awaits',
    'no-floating-promises',
    'src/access/a.ts',
    'export function a(): void {\n  Promise.resolve(1);\n}\n',
  ],
  ['a loose comparison', 'eqeqeq', 'src/access/a.ts', 'export const a = (b: unknown): boolean => b == 1;\n'],
  [
    'a swallowed error',
    'no-empty',
    'src/access/a.ts',
    'export function a(): void {\n  try {\n    JSON.parse("1");\n  } catch {}\n}\n',
  ],
  ['printing instead of logging', 'no-console', 'src/access/a.ts', 'console.log(1);\nexport {};\n'],
  ['an unused name', 'no-unused-vars', 'src/access/a.ts', 'const a = 1;\nexport {};\n'],
])('oxlint refuses %s', (_, rule, path, content) => {
  expect(lint(path, content)).toContain(rule);
});

test('platform/config.ts may read the environment', () => {
  expect(lint('src/platform/config.ts', 'export const a = process.env.A;\n')).not.toContain('no-process-env');
});
