import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Writes a generated file, or with `--check` on the command line compares it and fails when it is stale.
 *
 * @param {string} path below the root of the repository
 * @param {string} text what it should hold
 * @param {string} command what writes it
 */
export async function writeOrCheck(path, text, command) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  if (!process.argv.includes('--check')) return writeFile(file, text);
  const found = await readFile(file, 'utf8').catch(() => '');
  if (found === text) return undefined;
  const [a, b] = [found.split('\n'), text.split('\n')];
  const at = b.findIndex((line, i) => line !== a[i]);
  console.error(`${path} is stale: run \`${command}\``);
  console.error(`  line ${at + 1}\n  - ${a[at] ?? ''}\n  + ${b[at] ?? ''}`);
  process.exitCode = 1;
  return undefined;
}
