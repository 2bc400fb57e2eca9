import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildCli } from '../../scripts/build-cli.mjs';

test('deployment record starts from one small file that imports nothing but cheap parts of Node', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-cli-'));
  try {
    await buildCli(folder);
    const file = join(folder, 'rollcall.js');
    expect(statSync(file).size).toBeLessThan(48 * 1024);
    const imported = [...readFileSync(file, 'utf8').matchAll(/(?:^|[;}])import[^("']*from"([^"]+)"/g)].map(
      (match) => match[1],
    );
    expect([...new Set(imported)].sort()).toEqual(['node:fs', 'node:os', 'node:path']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
