// Prints docs/CLI.md from the commands. `--check` compares instead and fails when the file is stale.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildCli } from './build-cli.mjs';

const file = fileURLToPath(new URL('../docs/CLI.md', import.meta.url));
await buildCli();
const { renderReference } = await import(new URL('../dist/cli/reference.js', import.meta.url).href);
const text = await renderReference();
if (!process.argv.includes('--check')) await writeFile(file, text);
else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('docs/CLI.md is stale: run `npm run docs:cli`');
  process.exitCode = 1;
}
