import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../evidence/fixtures.js';
import { newDigest, post, startRegistry, statement, type TestRegistry } from '../support/registry.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry({ bodyLimit: 3 * 1024 * 1024 });
  token = registry.token;
});
afterAll(() => registry.close());

const call = async (
  method: string,
  path: string,
  options: {
    body?: string | Uint8Array;
    type?: string;
    secret?: string | null;
    headers?: Record<string, string>;
  } = {},
): Promise<{ status: number; body: any; headers: Headers }> => {
  const secret = options.secret === undefined ? token : options.secret;
  const response = await fetch(`${registry.url}${path}`, {
    method,
    headers: {
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
      ...(options.type === undefined ? {} : { 'content-type': options.type }),
      ...options.headers,
    },
    body: (options.body ?? null) as string | null,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
};
const upload = (body: string | Uint8Array, type = 'application/octet-stream', query = '') =>
  call('POST', `/attestations${query}`, { body, type });

test('health needs no token; everything else does', async () => {
  for (const path of ['/healthz', '/readyz'])
    expect(await call('GET', path, { secret: null })).toMatchObject({ status: 200, body: { status: 'ok' } });
  for (const [method, path] of [
    ['POST', '/attestations'],
    ['GET', '/attestations/att_x/download'],
    ['GET', '/nowhere'],
    ['GET', '/'],
  ] as const)
    for (const secret of [null, 'wrong']) {
      const refused = await call(method, path, { secret });
      expect(refused).toMatchObject({
        status: 401,
        body: {
          error: { code: 'UNAUTHENTICATED', message: expect.any(String), requestId: expect.any(String) },
        },
      });
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    }
});

test('a request that pretends to be a WebSocket gets nothing without a token', async () => {
  const refused = await call('POST', '/attestations', {
    secret: null,
    body: '{}',
    headers: { 'x-upgrade': 'websocket' },
  });
  expect(refused.status).toBe(401);
});

test.each([
  'application/octet-stream',
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
  'application/json; charset=utf-8',
  'multipart/form-data; boundary=x',
])('a file uploaded as %s is stored byte by byte and downloaded again', async (type) => {
  const bytes = Buffer.from(`${statement([newDigest()])}  \n`);
  const { status, body } = await upload(bytes, type, '?name=my%20file.json');
  expect(status).toBe(201);
  expect(body.results).toMatchObject([
    { index: 0, created: true, error: null, attestation: { verdict: 'UNVERIFIED', reason: 'UNSIGNED' } },
  ]);
  const { attestation } = body.results[0];
  expect(attestation.envelopeDigest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
});

test('the download gives the original bytes, as a file, never shown inline', async () => {
  const bytes = fixture('attestations/files/slsa-delegator-v1.9.0.build.slsa');
  const { body } = await upload(bytes, 'application/json', '?name=%D1%84%22%0Ae%20.json');
  const { id, envelopeDigest, verdict } = body.results[0].attestation;
  expect(verdict).toBe('VERIFIED');
  const { data } = await post(
    registry,
    token,
    'query ($id: ID!) { attestation(id: $id) { downloadUrl envelopeDigest name } }',
    { id },
  );
  const response = await fetch(`${registry.url}${data.attestation.downloadUrl}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const downloaded = Buffer.from(await response.arrayBuffer());
  expect(downloaded.equals(bytes)).toBe(true);
  expect(`sha256:${createHash('sha256').update(downloaded).digest('hex')}`).toBe(envelopeDigest);
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  expect(response.headers.get('content-disposition')).toMatch(/^attachment;/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('an upload is idempotent by its bytes, and by its key', async () => {
  const bytes = statement([newDigest()]);
  const first = await upload(bytes);
  const again = await upload(bytes);
  expect([first.body.results[0].created, again.body.results[0].created]).toEqual([true, false]);
  const headers = { 'idempotency-key': 'upload' };
  const keyed = await call('POST', '/attestations', { body: statement([newDigest()]), headers });
  expect(keyed.status).toBe(201);
  expect(await call('POST', '/attestations', { body: statement([newDigest()]), headers })).toMatchObject({
    status: 409,
    body: { error: { code: 'IDEMPOTENCY_KEY_REUSED' } },
  });
});

test('what is no attestation is refused in the form of REST errors, and the server goes on', async () => {
  for (const body of [
    '',
    'junk',
    '{}',
    Buffer.alloc(2_000_000, 'junk\n'),
    '['.repeat(10_000) + ']'.repeat(10_000),
    '{"a":'.repeat(10_000),
    randomBytes(2000),
  ])
    for (const type of ['application/json', 'application/octet-stream'])
      expect(await upload(body, type)).toMatchObject({
        status: 400,
        body: { error: { code: 'INVALID_ATTESTATION', message: expect.any(String) } },
      });
  expect(await upload(Buffer.alloc(3 * 1024 * 1024 + 1))).toMatchObject({
    status: 413,
    body: { error: { code: 'PAYLOAD_TOO_LARGE' } },
  });
  expect((await call('GET', '/readyz')).status).toBe(200);
});

test('odd names and ids are bad requests or not found, never a fault of ours', async () => {
  const bytes = statement([newDigest()]);
  expect((await upload(bytes, 'text/plain', '?name=a&name=b')).status).toBe(400);
  expect((await upload(bytes, 'text/plain', `?name=${'x'.repeat(5000)}`)).status).toBe(201);
  expect((await upload(statement([newDigest()]), 'text/plain', '?name=%00%ED%A0%80')).status).toBeLessThan(
    500,
  );
  for (const id of ['att_00000000000000000000000000', 'x', '%00', '..%2f..', 'x'.repeat(90)])
    expect(await call('GET', `/attestations/${id}/download`), id).toMatchObject({
      body: { error: { code: expect.stringMatching(/^(ATTESTATION_NOT_FOUND|BAD_REQUEST)$/) } },
    });
  expect(await call('GET', '/attestations/att_00000000000000000000000000/download')).toMatchObject({
    status: 404,
    body: { error: { code: 'ATTESTATION_NOT_FOUND' } },
  });
  expect((await call('GET', '/nowhere')).status).toBe(404);
  expect((await call('DELETE', '/attestations')).status).toBe(404);
});

test('uploads need artifact.write, downloads artifact.read', async () => {
  const { body } = await upload(statement([newDigest()]));
  const path = `/attestations/${body.results[0].attestation.id}/download`;
  const reader = await registry.tokenWith(['artifact.read']);
  const writer = await registry.tokenWith(['artifact.write']);
  const forbidden = { status: 403, body: { error: { code: 'FORBIDDEN' } } };
  expect(
    await call('POST', '/attestations', { body: statement([newDigest()]), secret: reader }),
  ).toMatchObject(forbidden);
  expect(await call('GET', path, { secret: writer })).toMatchObject(forbidden);
  expect((await call('GET', path, { secret: reader })).status).toBe(200);
  expect(
    (await call('POST', '/attestations', { body: statement([newDigest()]), secret: writer })).status,
  ).toBe(201);
});

test('a request id that is given comes back, an odd one is replaced', async () => {
  const idOf = async (given: string): Promise<string | null> =>
    (await call('GET', '/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
  expect(await idOf('ci-run:42.1_a')).toBe('ci-run:42.1_a');
  for (const odd of ['a b', '<script>', 'x'.repeat(129)]) expect(await idOf(odd)).not.toBe(odd);
});
