import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createPrinter, wantsColour, type Column } from '../../src/cli/output.js';
import { fit } from '../../src/cli/table.js';
import { width } from '../../src/cli/text.js';
import { recordingIo, type RunOptions } from './run-main.js';

interface Item {
  name: string;
  digest: string;
  at: string;
}

const ITEM: Item = {
  name: 'shop\u001b[31m\n"web", a',
  digest: `sha256:${'a'.repeat(64)}`,
  at: '2026-11-21T08:00:00.000Z',
};
const columns: Column<Item>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'DIGEST', value: ({ digest }) => digest, as: 'digest' },
  { title: 'AT', value: ({ at }) => at, as: 'instant' },
  { title: 'MORE', value: () => 1, wide: true },
];

async function printed(output: string, options: RunOptions = {}, item: Item = ITEM): Promise<string> {
  const { io, ran } = recordingIo(options);
  const printer = createPrinter(io, { output, color: 'never', 'no-headers': false } as never);
  await printer.list(
    { items: [item], pageInfo: { hasNextPage: false, endCursor: null } },
    columns,
    ({ name }) => name,
  );
  return ran().out;
}

describe('a pipe', () => {
  test('gets full values, tabs and titles', async () => {
    expect(await printed('table')).toBe(
      `NAME\tDIGEST\tAT\nshop\\u001b[31m\\u000a"web", a\t${ITEM.digest}\t${ITEM.at}\n`,
    );
  });
  test('gets the wide columns with -o wide', async () => {
    expect((await printed('wide')).split('\n')[0]).toBe('NAME\tDIGEST\tAT\tMORE');
  });
  test('gets csv by RFC 4180', async () => {
    expect(await printed('csv')).toBe(
      `NAME,DIGEST,AT,MORE\r\n"shop\u001b[31m\n""web"", a",${ITEM.digest},${ITEM.at},1\r\n`,
    );
  });
  test('gets lists as {items, pageInfo}', async () => {
    expect(JSON.parse(await printed('json'))).toEqual({
      items: [ITEM],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });
  test('gets one item a line with ndjson', async () =>
    expect(JSON.parse(await printed('ndjson'))).toEqual(ITEM));
  test('gets yaml with the same value', async () => {
    const item = { ...ITEM, name: 'a\u202eb: - #' };
    const text = await printed('yaml', {}, item);
    expect(text).not.toContain('\u202e');
    expect(parse(text)).toEqual({ items: [item], pageInfo: { hasNextPage: false, endCursor: null } });
  });
  test('gets names alone', async () =>
    expect(await printed('name')).toBe('shop\\u001b[31m\\u000a"web", a\n'));
});

describe('a terminal', () => {
  test('gets short digests, relative times and lines no longer than it is wide', async () => {
    const text = await printed('table', { terminal: true, columns: 40 });
    expect(text).toContain('1h ago');
    expect(text).toContain('sha256:');
    expect(Math.max(...text.split('\n').map(width))).toBeLessThanOrEqual(40);
  });
  test.each(['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'name'])(
    'gets no control character from -o %s',
    async (output) => {
      const text = await printed(output, { terminal: true }, { ...ITEM, name: 'x\u001b[2J\u202e\u009b' });
      expect(text.replaceAll(/\r?\n/g, '')).toMatch(/^[\x20-\x7e…]*$/);
    },
  );
});

test('the widest column gives way first', () => expect(fit([10, 40, 30], 64)).toEqual([10, 25, 25]));
test('no column falls below its least width', () => expect(fit([50, 50, 50], 10)).toEqual([8, 8, 8]));

test.each([
  [{}, undefined, false],
  [{ terminal: true }, undefined, true],
  [{ terminal: true, env: { NO_COLOR: '1' } }, undefined, false],
  [{ terminal: true, env: { NO_COLOR: '1' } }, 'always', true],
  [{ env: { FORCE_COLOR: '1' } }, undefined, true],
  [{ env: { FORCE_COLOR: '0' } }, undefined, false],
  [{ env: { CLICOLOR_FORCE: '1', NO_COLOR: '1' } }, undefined, false],
  [{ terminal: true, env: { TERM: 'dumb' } }, undefined, false],
] as [RunOptions, string | undefined, boolean][])(
  'colour for %j and --color %s: %s',
  (options, when, colour) => {
    expect(wantsColour(recordingIo(options).io, when)).toBe(colour);
  },
);
