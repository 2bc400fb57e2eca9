import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const script = async (name: string, ...options: string[]): Promise<{ failed: boolean; output: string }> => {
  try {
    const { stdout, stderr } = await run(process.execPath, [file(name), ...options]);
    return { failed: false, output: stdout + stderr };
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return { failed: true, output: stdout + stderr };
  }
};

let home: string;
beforeAll(async () => {
  const { stdout } = await run(process.execPath, [file('compile.mjs')]);
  home = stdout.trim();
});
afterAll(async () => {
  await run(process.execPath, [file('compile.mjs'), '--remove', home]);
});

test('a server killed under load starts again without help, with everything that it acknowledged', async () => {
  const { failed, output } = await script('kill-server.mjs', '--rounds', '2', '--home', home);
  expect(failed, output).toBe(false);
}, 60_000);

test('a PostgreSQL killed under load: the server answers UNAVAILABLE, serves again, and nothing acknowledged is lost', async () => {
  const { failed, output } = await script('kill-postgres.mjs', '--rounds', '2', '--home', home);
  expect(failed, output).toBe(false);
}, 60_000);

test('12.3 three servers, each with 32 callers on 50 keys and 4 digests: exact counts, one active record a key', async () => {
  const { failed, output } = await script('race.mjs', '--seconds', '2', '--home', home);
  expect(failed, output).toBe(false);
}, 60_000);
