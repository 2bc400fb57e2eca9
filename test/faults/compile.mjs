import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, chmodSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Compiles the sources as they are now into a folder of their own, so that a fault run never depends on a build that
 * is stale or changes under it. Answers the folder; `dist/src/main.js` in it is the server.
 */
export async function compile() {
  const home = mkdtempSync(join(tmpdir(), 'rollcall-faults-'));
  chmodSync(home, 0o755);
  for (const name of ['node_modules', 'package.json', 'trusted-roots', 'graphql'])
    symlinkSync(join(ROOT, name), join(home, name));
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const options = [
    '--noCheck',
    '--incremental',
    'false',
    '--tsBuildInfoFile',
    'null',
    '--declaration',
    'false',
    '--sourceMap',
    'false',
  ];
  const child = spawn(
    process.execPath,
    [tsc, '-p', join(ROOT, 'tsconfig.json'), ...options, '--outDir', join(home, 'dist')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the sources do not compile (tsc ended with ${code})`);
  return home;
}

export const removeFolder = (home) => rmSync(home, { recursive: true, force: true, maxRetries: 5 });

// node test/faults/compile.mjs prints the folder; --remove FOLDER removes it.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--remove') removeFolder(process.argv[3]);
  else console.log(await compile());
}
