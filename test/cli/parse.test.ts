import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defineCommand } from '../../src/cli/command.js';
import { locate } from '../../src/cli/main.js';
import { parseCall } from '../../src/cli/parse.js';
import { findProjectFile } from '../../src/cli/project-file.js';
import { readProjectFile } from '../../src/cli/read-project-file.js';
import { runMain } from './run-main.js';

const command = defineCommand({
  about: 'Test',
  args: [{ name: 'FILE', about: 'a file', optional: true }],
  options: {
    env: { type: 'string', short: 'e', about: 'place' },
    only: { type: 'list', about: 'filter', filter: true },
    soft: { type: 'boolean', about: 'switch' },
    sure: { type: 'boolean', about: 'confirmation', here: true },
    level: { type: 'string', choices: ['LOW', 'HIGH_UP'], about: 'choice' },
  },
  run: async () => 0,
});

const project = {
  path: 'rollcall.yaml',
  values: new Map([
    ['env', 'from-file'],
    ['only', 'from-file'],
    ['output', 'json'],
  ]),
};
const parsed = (argv: string[], env: Record<string, string> = {}, file: typeof project | null = project) =>
  parseCall(argv, command, env, () => file);

describe('precedence', () => {
  test('flag, then variable, then rollcall.yaml', () => {
    expect(parsed(['--env', 'a'], { ROLLCALL_ENV: 'b' }).flags['env']).toBe('a');
    expect(parsed([], { ROLLCALL_ENV: 'b' }).flags['env']).toBe('b');
    expect(parsed([]).flags['env']).toBe('from-file');
    expect(parsed([], {}, null).flags['env']).toBeUndefined();
  });
  test('an empty variable is none', () =>
    expect(parsed([], { ROLLCALL_ENV: '' }, null).flags['env']).toBeUndefined());
  test('a filter comes from its variable, which is said, but not from rollcall.yaml', () => {
    expect(parsed([]).flags['only']).toEqual([]);
    const { flags, inherited } = parsed([], { ROLLCALL_ONLY: 'x,y' });
    expect(flags['only']).toEqual(['x', 'y']);
    expect(inherited).toEqual(['--only x,y (ROLLCALL_ONLY)']);
  });
  test('a confirmation is only ever typed', () =>
    expect(parsed([], { ROLLCALL_SURE: '1' }).flags['sure']).toBe(false));
  test('options of every command come from rollcall.yaml too', () =>
    expect(parsed([]).global.output).toBe('json'));
  test('switches read true and false', () => {
    expect(parsed([], { ROLLCALL_SOFT: 'TRUE' }).flags['soft']).toBe(true);
    expect(parsed([], { ROLLCALL_SOFT: '0' }).flags['soft']).toBe(false);
    expect(() => parsed([], { ROLLCALL_SOFT: 'maybe' })).toThrow('ROLLCALL_SOFT must be true or false');
  });
  test('choices are taken in any case', () =>
    expect(parsed(['--level', 'high-up']).flags['level']).toBe('HIGH_UP'));
});

describe('usage errors end with 2 and say what was meant', () => {
  test.each([
    [['deployment', 'recrod'], 'did you mean `rollcall deployment record`?'],
    [['deploymnt', 'list'], 'did you mean `rollcall deployment`?'],
    [['deployment', 'list', '--logical-evn', 'x'], 'did you mean --logical-env?'],
    [['deployment', 'list', '-o', 'jsn'], '--output is not one of'],
    [['deployment', 'list', 'stray'], 'unexpected argument: stray'],
    [['attestation', 'describe'], 'missing ID'],
    [['--url', 'http://x', '--frobnicate'], 'the command is missing'],
    [['deployment'], 'Usage:'],
    [['deployment', 'list', '--env'], 'argument missing'],
  ])('%j', async (argv, told) => {
    const ran = await runMain(argv, { env: { ROLLCALL_URL: 'http://127.0.0.1:1' } });
    expect([ran.exit, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain(told);
  });
});

test('with -o json an error comes as JSON too', async () => {
  const { err } = await runMain(['deployment', 'record', '-o', 'json'], {
    env: { ROLLCALL_URL: 'http://127.0.0.1:1' },
  });
  const last = JSON.parse(err.trim().split('\n').at(-1) ?? '') as {
    error: { code: string; message: string };
  };
  expect(last.error).toMatchObject({ code: 'USAGE', message: '--deployment-name is missing' });
});

test('options may stand before the command', () => {
  expect(locate(['-o', 'json', 'deployment', '--no-headers', 'list', '--env', 'x'])).toMatchObject({
    path: 'deployment list',
    rest: ['-o', 'json', '--no-headers', '--env', 'x'],
  });
});

test('help is printed for the root, a noun and a command', async () => {
  for (const argv of [
    ['--help'],
    [],
    ['deployment', '--help'],
    ['help', 'deployment', 'record'],
    ['deployment', 'record', '-h'],
  ]) {
    const { exit, out } = await runMain(argv);
    expect([exit, out.includes('Usage:')]).toEqual([0, true]);
  }
});

describe('rollcall.yaml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-cli-'));
  const file = join(folder, 'rollcall.yaml');
  const read = (text: string) => {
    writeFileSync(file, text);
    return readProjectFile(file);
  };
  test('is found in a folder above', () => {
    read('env: k8s-east\n');
    expect(findProjectFile(join(folder, 'a', 'b'))).toBe(file);
  });
  test('holds settings as texts', () =>
    expect(read('retries: 5\nenv: x\n').values).toEqual(
      new Map([
        ['retries', '5'],
        ['env', 'x'],
      ]),
    ));
  test.each([
    ['token: x', 'holds a token'],
    ['enviroment: x', 'unknown setting'],
    ['- a', 'not a map'],
    ['env: [a]', 'not a single value'],
    ['env: "', 'not YAML'],
    ['kind: &a [x]\nenv: *a', 'not YAML'],
  ])('%j is refused', (text, told) => expect(() => read(text)).toThrow(told));
});
