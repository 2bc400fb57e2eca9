import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createClient } from '../../src/cli/client.js';
import { waitBefore } from '../../src/cli/retry.js';
import { readFrame, writeFrame } from '../../src/cli/websocket.js';
import { main } from '../../src/cli/main.js';
import { recordingIo, runMain } from './run-main.js';

let server: Server | null = null;
afterEach(() => server?.closeAllConnections());
afterEach(() => void server?.close());

async function listen(handler: RequestListener): Promise<string> {
  server = createServer(handler);
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const client = (url: string, options: { retries?: number; timeoutMs?: number; token?: string } = {}) =>
  createClient({
    connection: { url, token: options.token ?? null, urlFrom: '', tokenFrom: null },
    timeoutMs: options.timeoutMs ?? 2000,
    retries: options.retries ?? 2,
    warn: () => undefined,
  });

const answering = (statuses: number[]): { handler: RequestListener; count: () => number } => {
  let count = 0;
  return {
    count: () => count,
    handler: (_, response) => {
      response.statusCode = statuses[Math.min(count, statuses.length - 1)] ?? 500;
      count += 1;
      response.end(response.statusCode === 200 ? '{"data":{"x":1}}' : '<html>busy</html>');
    },
  };
};

describe('requests', () => {
  test('502, 503 and 504 are tried again', async () => {
    const { handler, count } = answering([503, 502, 200]);
    expect(await client(await listen(handler)).execute('{x}')).toEqual({ x: 1 });
    expect(count()).toBe(3);
  });
  test('after all tries the server counts as unreachable: 7', async () => {
    const { handler, count } = answering([503]);
    await expect(client(await listen(handler)).execute('{x}')).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      exit: 7,
    });
    expect(count()).toBe(3);
  });
  test('a creation is not sent again when it may have happened', async () => {
    const { handler, count } = answering([502, 200]);
    await expect(
      client(await listen(handler)).execute('{x}', {}, { repeatable: false }),
    ).rejects.toMatchObject({ exit: 7 });
    expect(count()).toBe(1);
  });
  test('400 and 401 are not tried again', async () => {
    const { handler, count } = answering([401]);
    await expect(client(await listen(handler)).execute('{x}')).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      exit: 4,
    });
    expect(count()).toBe(1);
  });
  test('a server that does not answer in time is unreachable', async () => {
    const url = await listen(() => undefined);
    await expect(client(url, { retries: 0, timeoutMs: 50 }).execute('{x}')).rejects.toMatchObject({
      exit: 7,
    });
  });
  test('redirects are not followed, so the token stays where it belongs', async () => {
    const url = await listen((_, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    );
    await expect(client(url, { token: 't' }).execute('{x}')).rejects.toMatchObject({
      code: 'SERVER_NOT_FOUND',
    });
  });
  test('codes of top-level errors decide the exit code', async () => {
    const body = JSON.stringify({
      errors: [{ message: 'no', extensions: { code: 'FORBIDDEN', errorId: 'e1' } }],
    });
    const url = await listen((_, response) => response.end(body));
    await expect(client(url).execute('{x}')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      exit: 4,
      detail: { requestId: 'e1' },
    });
  });
  test('a token cannot carry a header of its own', () => {
    expect(() => client('http://127.0.0.1:1', { token: 'a\r\nx: y' })).toThrow(
      'characters that no token has',
    );
  });
});

test('the wait doubles, varies and follows the server', () => {
  expect([1, 2, 3, 9].map((retry) => waitBefore(retry, undefined, 1))).toEqual([250, 500, 1000, 5000]);
  expect(waitBefore(1, undefined, 0)).toBe(125);
  expect([waitBefore(1, '2'), waitBefore(1, '3600'), waitBefore(1, 'soon', 1)]).toEqual([2000, 30_000, 250]);
});

const RECORD = [
  'deployment',
  'record',
  '--deployment-name',
  'web',
  '--kind',
  'file',
  '--digest',
  `sha256:${'a'.repeat(64)}`,
];
const NOBODY = { ROLLCALL_URL: 'http://127.0.0.1:1', ROLLCALL_RETRIES: '0' };

test('an unreachable server is 7, with --soft-fail a warning', async () => {
  expect((await runMain(RECORD, { env: NOBODY })).exit).toBe(7);
  const soft = await runMain([...RECORD, '--soft-fail'], { env: NOBODY });
  expect([soft.exit, soft.err]).toEqual([0, expect.stringContaining('warning: not recorded')]);
});

test('--soft-fail covers nothing but an unreachable server', async () => {
  const url = await listen(answering([401]).handler);
  expect((await runMain([...RECORD, '--soft-fail'], { env: { ROLLCALL_URL: url } })).exit).toBe(4);
});

test('a terminal is shown that something is waited for, and the line is cleared again', async () => {
  const url = await listen((_, response) =>
    setTimeout(
      () => response.end('{"data":{"recordDeployment":{"outcome":"CREATED","record":null,"userErrors":[]}}}'),
      700,
    ),
  );
  const { io, ran } = recordingIo({ env: { ROLLCALL_URL: url } });
  await main(RECORD, { ...io, errIsTerminal: true });
  expect(ran().err).toMatch(/⠋[^]*\r\u001b\[K/);
  const piped = await runMain(RECORD, { env: { ROLLCALL_URL: url } });
  expect(piped.err).not.toContain('⠋');
});

test('what a server says cannot drive the terminal', async () => {
  const body = JSON.stringify({
    errors: [{ message: 'a\u001b[2Jb\u202e', extensions: { code: 'BAD_REQUEST' } }],
  });
  const { err, exit } = await runMain(RECORD, {
    env: { ROLLCALL_URL: await listen((_, response) => response.end(body)) },
  });
  expect(exit).toBe(2);
  expect(err).toContain('a\\u001b[2Jb\\u202e');
  expect(err).not.toContain('\u001b');
});

describe('WebSocket frames', () => {
  const mask = Buffer.from([1, 2, 3, 4]);
  test.each([0, 5, 125, 126, 65_535, 65_536])('%d bytes are written masked and read back', (length) => {
    const payload = Buffer.alloc(length, 7);
    const written = writeFrame(1, payload, mask);
    expect((written[1] as number) & 0x80).toBe(0x80);
    const header = written.length - length - 4;
    const unmasked = Buffer.from(
      written.subarray(header + 4).map((byte, i) => byte ^ (mask[i & 3] as number)),
    );
    const asServer = Buffer.concat([written.subarray(0, header), unmasked]);
    asServer[1] = (asServer[1] as number) & 0x7f;
    expect(readFrame(asServer)).toMatchObject({ final: true, opcode: 1, size: asServer.length });
    expect(readFrame(asServer)?.payload.equals(payload)).toBe(true);
    if (length > 0) expect(readFrame(asServer.subarray(0, -1))).toBeNull();
  });
  test('a frame that is too large or masked is refused', () => {
    const large = Buffer.from([0x81, 127, 0, 0, 0, 0, 0x7f, 0, 0, 0]);
    expect(() => readFrame(large)).toThrow('larger');
    expect(() => readFrame(Buffer.from([0x81, 0x80]))).toThrow('masks');
  });
});
