import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { lineGroups } from '../../src/cli/ndjson.js';
import { batchExit, readLine } from '../../src/cli/record-batch.js';

const A = `sha256:${'a'.repeat(64)}`;
const NOW = Date.parse('2026-11-21T09:00:00Z');

async function groups(
  chunks: string[],
  size = 3,
): Promise<{ number: number; text: string; tooLong: boolean }[][]> {
  const all = [];
  for await (const group of lineGroups(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), size))
    all.push(group);
  return all;
}

describe('lineGroups', () => {
  test('keeps order, numbers and the last line without an end', async () => {
    const lines = (await groups(['a\nb', 'c\n\n', 'd'])).flat();
    expect(lines.map(({ number, text }) => [number, text])).toEqual([
      [1, 'a'],
      [2, 'bc'],
      [4, 'd'],
    ]);
  });
  test('gives groups of at most the size', async () => {
    const all = await groups([Array.from({ length: 10 }, (_, i) => `${i}\n`).join('')]);
    expect(all.map((group) => group.length)).toEqual([3, 3, 3, 1]);
  });
  test('drops a line that is too long, and only that one', async () => {
    const lines = (await groups(['a\n', 'x'.repeat(70_000), 'y'.repeat(70_000), '\nb\n'])).flat();
    expect(lines.map(({ number, text, tooLong }) => [number, text, tooLong])).toEqual([
      [1, 'a', false],
      [2, '', true],
      [3, 'b', false],
    ]);
  });
  test('keeps characters that arrive in two pieces', async () => {
    const bytes = Buffer.from('é\n');
    const all = [];
    for await (const group of lineGroups(Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]), 3))
      all.push(...group);
    expect(all[0]?.text).toBe('é');
  });
  test('fails when the stream fails', async () => {
    const stream = new Readable({
      read() {
        this.destroy(new Error('gone'));
      },
    });
    await expect(async () => {
      for await (const _ of lineGroups(stream, 3));
    }).rejects.toThrow('gone');
  });
});

describe('readLine', () => {
  const read = (line: object, defaults = {}) => readLine(JSON.stringify(line), defaults, NOW);
  test('options fill in what a line leaves out', () => {
    expect(read({ name: 'web', digest: A, kind: null }, { kind: 'file', environment: 'east' })).toEqual({
      status: 'DEPLOYED',
      input: expect.objectContaining({ environment: 'east', name: 'web', kind: 'FILE', digest: A }),
    });
  });
  test('H38 a line may decommission', () => {
    expect(read({ name: 'web', kind: 'FILE', digest: A, status: 'decommissioned' }).status).toBe(
      'DECOMMISSIONED',
    );
  });
  test.each([
    [{ kind: 'FILE', digest: A }, 'USAGE'],
    [{ name: 'web', kind: 'vm', digest: A }, 'INVALID_KIND'],
    [{ name: 'web', kind: 'FILE', digest: 'x' }, 'INVALID_DIGEST'],
    [{ name: 'web', kind: 'FILE' }, 'USAGE'],
    [{ name: 'web', kind: 'FILE', digest: A, status: 'superseded' }, 'INVALID_STATUS'],
    [{ name: 'web', kind: 'FILE', digest: A, observedAt: 'soon' }, 'INVALID_TIME'],
    [{ name: 1, kind: 'FILE', digest: A }, 'USAGE'],
    [{ name: 'web', kind: 'FILE', digest: A, enviroment: 'x' }, 'USAGE'],
    [[], 'USAGE'],
  ])('%j is refused as %s', (line, code) =>
    expect(() => read(line)).toThrow(expect.objectContaining({ code }) as never),
  );
});

test.each([
  [3, [], false, false, 0],
  [0, [], false, false, 0],
  [2, ['ARTIFACT_NOT_FOUND'], false, false, 3],
  [0, ['ARTIFACT_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND'], false, false, 5],
  [0, ['ARTIFACT_NOT_FOUND', 'INVALID_DIGEST'], false, false, 1],
  [0, ['SERVER_UNREACHABLE'], false, false, 7],
  [0, ['SERVER_UNREACHABLE'], false, true, 0],
  [1, ['RECORD_NOT_ACTIVE'], true, false, 0],
])(
  '%d done and %j failed: exit code (if-active %s, soft-fail %s) %d',
  (done, codes, ifActive, softFail, exit) => {
    expect(batchExit(done, codes, ifActive, softFail)).toBe(exit);
  },
);
