import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  attested,
  base64,
  history,
  newDigest,
  post,
  push,
  record,
  startRegistry,
  type TestRegistry,
} from '../support/registry.js';
import { answerTo, expectService } from './bad-input-helpers.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

afterEach(() => expectService(registry, token));

const codeOf = (query: string, variables: Record<string, unknown> = {}) =>
  answerTo(registry, token, query, variables);

test('H11 names with quotes, emoji and right-to-left marks are kept exactly as typed', async () => {
  const [digest] = await attested(registry, token);
  for (const name of [
    `it's "quoted"; drop table deployment; --`,
    '🚀 rocket 👩‍👩‍👧',
    '\u202eevil\u202c',
    'e\u0301 and é',
    '$1 %s {{x}}',
    '   ',
  ]) {
    expect(
      (await record(registry, token, { name, digest, logicalEnvironment: `stage ${name}` })).record,
      name,
    ).toMatchObject({
      deployment: { name },
      logicalEnvironmentName: `stage ${name}`,
    });
    const rows = await history(registry, token, { names: [name], logicalEnvironments: [`stage ${name}`] });
    expect(rows).toMatchObject([{ deployment: { name } }]);
  }
});

test('a lone surrogate is no character: names with one are refused, not changed', async () => {
  const [digest] = await attested(registry, token);
  for (const input of [
    { name: 'x\ud800' },
    { name: 'x', logicalEnvironment: '\udc00' },
    { name: 'x', project: '\ud800' },
  ])
    expect((await record(registry, token, { digest, ...input })).code).toBe('INVALID_NAME');
  expect((await record(registry, token, { digest, name: 'x', idempotencyKey: '\ud800' })).code).toBe(
    'INVALID_INPUT',
  );
});

test('a LogicalEnvironment has 1 to 63 code points, astral ones count once; NUL is impossible', async () => {
  const [digest] = await attested(registry, token);
  const code = async (logicalEnvironment: string): Promise<string | null> =>
    (await record(registry, token, { name: 'stage', digest, logicalEnvironment })).code;
  for (const good of ['x'.repeat(63), '𝒳'.repeat(63), 'a\tb\nc', '\u0001', '/#@%'])
    expect(await code(good), good).toBeNull();
  for (const bad of ['', 'x'.repeat(64), '𝒳'.repeat(64), 'a\u0000b'])
    expect(await code(bad), bad).toBe('INVALID_NAME');
  const create = async (name: string): Promise<string | undefined> =>
    (
      await post(
        registry,
        token,
        'mutation ($n: String!) { createLogicalEnvironment(input: { name: $n }) { userErrors { code } } }',
        { n: name },
      )
    ).data.createLogicalEnvironment.userErrors[0]?.code;
  expect(await create('y'.repeat(63))).toBeUndefined();
  expect(await create('y'.repeat(63))).toBe('LOGICAL_ENVIRONMENT_EXISTS');
  for (const bad of ['', 'x'.repeat(64), '𝒳'.repeat(64), 'a\u0000b'])
    expect(await create(bad)).toBe('INVALID_NAME');
});

test('an Environment has a DNS-1123 name', async () => {
  const [digest] = await attested(registry, token);
  for (const environment of ['', 'UPPER', 'a_b', '-a', 'a-', 'a.b', 'x'.repeat(64), 'é', 'a\n', 'a\u0000'])
    expect((await record(registry, token, { name: 'env', digest, environment })).code, environment).toBe(
      'INVALID_NAME',
    );
});

test('NUL anywhere else is a bad request, never a fault of ours', async () => {
  const nul = { n: 'a\u0000b' };
  for (const query of [
    'query ($n: String!) { environment(name: $n) { id } }',
    'query ($n: String!) { logicalEnvironment(name: $n) { id } }',
    'query ($n: String!) { deployment(name: $n, kind: FILE) { id } }',
    'query ($n: String!) { deploymentRecords(filter: { names: [$n] }) { nodes { id } } }',
    'query ($n: String!) { deploymentRecords(filter: { digests: [$n] }) { nodes { id } } }',
    'mutation ($n: String!) { createApiToken(input: { name: $n }) { userErrors { code } } }',
    'mutation ($n: String!) { updateEnvironment(input: { name: $n }) { userErrors { code } } }',
    'mutation ($n: String!) { updateLogicalEnvironment(input: { name: $n }) { userErrors { code } } }',
  ])
    expect((await codeOf(query, nul))[1], query).toBe('BAD_REQUEST');
  expect((await post(registry, token, 'query ($n: ID!) { node(id: $n) { id } }', nul)).data.node).toBeNull();
});

test('attributes are a map of text to text, bounded', async () => {
  const create = async (attributes: unknown): Promise<string | undefined> =>
    (
      await post(
        registry,
        token,
        'mutation ($a: JSON) { createLogicalEnvironment(input: { name: "attributes", attributes: $a }) { userErrors { code } } }',
        {
          a: attributes,
        },
      )
    ).data.createLogicalEnvironment.userErrors[0]?.code;
  const deep = JSON.parse('['.repeat(1000) + ']'.repeat(1000)) as unknown;
  for (const bad of [
    [],
    'x',
    1,
    { a: 1 },
    { a: null },
    { a: {} },
    { '': 'x' },
    { a: 'x'.repeat(256) },
    { a: '\u0000' },
    deep,
    { a: deep },
    Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 'v'])),
  ])
    expect(await create(bad)).toBe('INVALID_INPUT');
  expect(await create({ region: 'eu', constructor: 'x' })).toBeUndefined();
});

test('instants are RFC 3339 with an offset', async () => {
  const query =
    'mutation ($at: DateTime) { recordDeployment(input: { name: "t", kind: FILE, digest: "x", observedAt: $at }) { userErrors { code } } }';
  for (const at of [
    'yesterday',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '+10000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2026-01-01T00:00:00+25:00',
    5,
    true,
    {},
    [],
    '',
  ])
    expect(await codeOf(query, { at }), String(at)).toEqual([400, 'BAD_REQUEST']);
  const [digest] = await attested(registry, token);
  const offset = await record(registry, token, {
    name: 'offset',
    digest,
    observedAt: '2026-01-01T02:00:00.123456+02:00',
  });
  expect(offset.record.deployedAt).toBe('2026-01-01T00:00:00.123Z');
  expect(
    (await record(registry, token, { name: 'ancient', digest, observedAt: '0001-01-01T00:00:00Z' })).outcome,
  ).toBe('CREATED');
});

test('2 MB of junk and JSON nested 10 000 deep are no attestation', async () => {
  const junk = Buffer.alloc(2_000_000, 'junk \u0007\n');
  const deep = '['.repeat(10_000) + ']'.repeat(10_000);
  const deepObject = '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000);
  const lines = '{}\n'.repeat(20_000);
  for (const content of [
    junk,
    deep,
    deepObject,
    lines,
    '',
    ' ',
    '\u0000',
    'null',
    '{}',
    '[]',
    Buffer.from([0xff, 0xfe, 0x00]),
  ]) {
    const { results, userErrors } = await push(registry, token, content);
    expect(results).toEqual([]);
    expect(userErrors).toMatchObject([{ code: 'INVALID_ATTESTATION', field: ['content'] }]);
  }
  const notBase64 = await post(
    registry,
    token,
    'mutation { pushAttestation(input: { content: "%%%" }) { results { index } userErrors { code field } } }',
  );
  expect(notBase64.data.pushAttestation).toEqual({
    results: [],
    userErrors: [{ code: 'INVALID_INPUT', field: ['content'] }],
  });
});

test('manifests that are none, or too large, are refused', async () => {
  const register = async (manifest: string): Promise<string | undefined> =>
    (
      await post(
        registry,
        token,
        'mutation ($m: String!) { registerArtifact(input: { manifest: $m }) { artifact { id } userErrors { code } } }',
        {
          m: manifest,
        },
      )
    ).data.registerArtifact.userErrors[0]?.code;
  for (const bad of [
    '{}',
    'null',
    '[]',
    'junk',
    '['.repeat(10_000),
    JSON.stringify({ mediaType: 'application/vnd.oci.image.index.v1+json', manifests: 5 }),
  ])
    expect(await register(base64(bad)), bad.slice(0, 20)).toBe('INVALID_INPUT');
  expect(await register('%%%')).toBe('INVALID_INPUT');
  expect(newDigest()).toMatch(/^sha256:/);
});
