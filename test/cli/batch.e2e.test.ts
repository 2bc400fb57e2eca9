import { afterAll, beforeAll, expect, test } from 'vitest';
import { attestArtifacts, digestOf, startCli, type CliUnderTest } from './rollcall-process.js';

interface Answer {
  line: number;
  outcome?: string;
  record?: { deployment: { name: string } };
  error?: { code: string };
}

let cli: CliUnderTest;
beforeAll(async () => {
  cli = await startCli();
  await attestArtifacts(cli, 3, 'file');
});
afterAll(() => cli.close());

const batch = async (
  lines: (object | string)[],
  ...more: string[]
): Promise<{ exit: number; answers: Answer[]; err: string }> => {
  const stdin = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const { exit, out, err } = await cli.rollcall(
    ['deployment', 'record', '--batch', '-', '--kind', 'file', ...more],
    { stdin },
  );
  return {
    exit,
    err,
    answers: out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Answer),
  };
};

test('answers 1,200 lines in the order of the input', async () => {
  const { exit, answers, err } = await batch(
    Array.from({ length: 1200 }, (_, i) => ({ name: `many/${i}`, digest: digestOf(1) })),
  );
  expect(exit).toBe(0);
  expect(answers.map(({ line, record }) => [line, record?.deployment.name])).toEqual(
    Array.from({ length: 1200 }, (_, i) => [i + 1, `many/${i}`]),
  );
  expect(err).toContain('1200 recorded, 0 failed');
});

test('one bad line spoils nothing: 3', async () => {
  const { exit, answers } = await batch([
    { name: 'a', digest: digestOf(1) },
    'not json',
    '',
    { name: 'b', digest: digestOf(99) },
    { name: 'c', digest: 'sha256:1' },
    { name: 'd', digest: digestOf(2), environment: 'nowhere' },
    { name: 'e', digest: digestOf(2), status: 'superseded' },
    { name: 'f', digest: digestOf(2) },
  ]);
  expect(exit).toBe(3);
  expect(answers.map(({ line, outcome, error }) => [line, outcome ?? error?.code])).toEqual([
    [1, 'CREATED'],
    [2, 'USAGE'],
    [4, 'ARTIFACT_NOT_FOUND'],
    [5, 'INVALID_DIGEST'],
    [6, 'ENVIRONMENT_NOT_FOUND'],
    [7, 'INVALID_STATUS'],
    [8, 'CREATED'],
  ]);
});

test('H38 lines that decommission keep their place in the order', async () => {
  const { exit, answers } = await batch([
    { name: 'order', digest: digestOf(1) },
    { name: 'order', digest: digestOf(1), status: 'decommissioned' },
    { name: 'order', digest: digestOf(2) },
    { name: 'order', digest: digestOf(1), status: 'decommissioned' },
  ]);
  expect(exit).toBe(3);
  expect(answers.map(({ outcome, error }) => outcome ?? error?.code)).toEqual([
    'CREATED',
    'DECOMMISSIONED',
    'CREATED',
    'RECORD_NOT_ACTIVE',
  ]);
});

test('G9 --if-active takes a batch whose decommissions were overtaken as done', async () => {
  const { exit } = await batch(
    [{ name: 'order', digest: digestOf(1), status: 'decommissioned' }],
    '--if-active',
  );
  expect(exit).toBe(0);
});

test('when every line fails alike, the exit code is that of the failure', async () => {
  expect((await batch([{ name: 'a', digest: digestOf(99) }])).exit).toBe(5);
  expect((await batch([{ name: 'a', digest: digestOf(1) }], '--token', 'rollcall_wrong')).exit).toBe(4);
  expect(
    (await batch([{ name: 'a', digest: digestOf(1) }], '--url', 'http://127.0.0.1:1', '--retries', '0')).exit,
  ).toBe(7);
});

test('no input is nothing to do: 0', async () => expect((await batch([])).exit).toBe(0));

test('a file that does not exist: 5', async () => {
  expect((await cli.rollcall(['deployment', 'record', '--batch', '/nonexistent.ndjson'])).exit).toBe(5);
});
