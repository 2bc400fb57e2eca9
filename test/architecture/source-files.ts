import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** Below the root of the repository, with `/`. */
  path: string;
  text: string;
}

/** What people write here: not what is installed, built, generated or copied from elsewhere. */
export const sourceFiles = (patterns: string[]): SourceFile[] =>
  globSync(patterns, { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/(^|\/)(node_modules|dist|fixtures)\//.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, 'utf8') }));
