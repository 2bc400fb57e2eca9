import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { base64, post, startRegistry, type TestRegistry } from '../support/registry.js';
import { answerTo, expectService } from './bad-input-helpers.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry({ bodyLimit: 3 * 1024 * 1024 });
  token = registry.token;
});
afterAll(() => registry.close());

afterEach(() => expectService(registry, token));

const codeOf = (query: string, variables: Record<string, unknown> = {}) =>
  answerTo(registry, token, query, variables);
const raw = async (
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<[number, string | undefined]> => {
  const response = await fetch(`${registry.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: body as string,
  });
  const answer = (await response.json()) as any;
  return [response.status, answer.errors?.[0]?.extensions?.code];
};

test('a request body that is junk, deep or of another type is a bad request', async () => {
  for (const body of [
    '',
    'junk',
    '{',
    '[]',
    'null',
    '"x"',
    '{}',
    '{"query":5}',
    '{"query":""}',
    '{"query":null}',
    '['.repeat(10_000) + ']'.repeat(10_000),
    `{"query":"{viewer{actor{name}}}","variables":5}`,
    '{"__proto__":{"query":"{x}"}}',
    `[{"query":"{viewer{actor{name}}}"}]`,
  ])
    expect(await raw(body), body.slice(0, 40)).toEqual([400, 'BAD_REQUEST']);
  expect(await raw(Buffer.alloc(100_000, 0xff))).toEqual([400, 'BAD_REQUEST']);
  expect(await raw('query=x', { 'content-type': 'text/plain' })).toEqual([400, 'BAD_REQUEST']);
  expect(await raw('x', { 'content-type': 'application/octet-stream' })).toEqual([400, 'BAD_REQUEST']);
});

test('variables nested 10 000 deep are a bad request', async () => {
  const deep = '['.repeat(10_000) + ']'.repeat(10_000);
  const ask = (query: string) => raw(`{"query":${JSON.stringify(query)},"variables":{"v":${deep}}}`);
  expect(
    await ask('query ($v: DeploymentRecordFilter) { deploymentRecords(filter: $v) { totalCount } }'),
  ).toEqual([400, 'BAD_REQUEST']);
  expect(await ask('query ($v: String!) { environment(name: $v) { id } }')).toEqual([400, 'BAD_REQUEST']);
  expect(
    await ask('query ($v: [String!]) { deploymentRecords(filter: { names: $v }) { totalCount } }'),
  ).toEqual([400, 'BAD_REQUEST']);
});

test('a body over the limit is PAYLOAD_TOO_LARGE', async () => {
  expect(
    await raw(
      JSON.stringify({
        query: '{ viewer { actor { name } } }',
        variables: { x: 'x'.repeat(3 * 1024 * 1024) },
      }),
    ),
  ).toEqual([413, 'PAYLOAD_TOO_LARGE']);
});

test('documents over the limits of depth, aliases, fields, cost and tokens are refused before they run', async () => {
  const nest = (times: number, first: string): string =>
    times === 0 ? 'nodes { id }' : `nodes { artifact { records${first} { ${nest(times - 1, first)} } } }`;
  const refused: Record<string, string> = {
    depth: `{ deploymentRecords(first: 1) { ${nest(5, '(first: 1)')} } }`,
    aliases: `{ ${Array.from({ length: 61 }, (_, i) => `a${i}: viewer { serverVersion }`).join(' ')} }`,
    fields: `{ viewer { ${'serverVersion '.repeat(2001)} } }`,
    cost: `{ deploymentRecords(first: 500) { ${nest(1, '(first: 500)')} } }`,
    'cost of default pages': `{ deploymentRecords { ${nest(3, '')} } }`,
    'cost of variables': `query ($n: Int) { deploymentRecords(first: $n) { ${nest(1, '(first: $n)')} } }`,
    'cost of lists': `{ attestations(first: 500) { nodes { artifacts { attestations { artifacts { attestations { id } } } } } } }`,
    tokens: `{ viewer { ${'serverVersion '.repeat(10_001)} } }`,
    'deep selections': '{a'.repeat(4000) + '}'.repeat(4000),
    'deep values': `{ environment(name: ${'['.repeat(4900)}${']'.repeat(4900)}) { id } }`,
    'fragments in fragments': `{ viewer { ...f0 } } ${Array.from({ length: 25 }, (_, i) => `fragment f${i} on Viewer { ...f${i + 1} ...f${i + 1} }`).join(' ')} fragment f25 on Viewer { serverVersion }`,
    'fragments in circles': `{ viewer { ...f0 } } ${Array.from({ length: 14 }, (_, i) => `fragment f${i} on Viewer { ${Array.from({ length: 14 }, (_, j) => `...f${j}`).join(' ')} }`).join(' ')}`,
    'two operations': 'query a { viewer { serverVersion } } query b { viewer { serverVersion } }',
    'no operation': 'fragment f on Viewer { serverVersion }',
    'unknown field': '{ nothing }',
    'unknown argument': '{ deploymentRecords(limit: 5) { totalCount } }',
    'deep introspection':
      '{ __schema { types { fields { type { fields { type { fields { type { fields { type { fields { name } } } } } } } } } } } }',
    'a tree in place of text': JSON.stringify({ kind: 'Document', definitions: [] }),
    'page of 0': '{ deploymentRecords(first: 0) { totalCount } }',
    'page of 501': '{ deploymentRecords(first: 501) { totalCount } }',
    'page of -1': '{ deploymentRecords(first: -1) { totalCount } }',
    'no cursor': '{ deploymentRecords(after: "nonsense") { totalCount } }',
    'cursor of another list': `{ deploymentRecords(after: "${base64(JSON.stringify(['x']))}") { totalCount } }`,
    'cursor that is no instant': `{ deploymentRecords(after: "${base64(JSON.stringify(['+275760-09-13T00:00:00.000Z', 'rec_x']))}") { totalCount } }`,
  };
  for (const [what, document] of Object.entries(refused)) {
    const begun = performance.now();
    const [, code] = await codeOf(document);
    expect([what, code]).toEqual([what, 'BAD_REQUEST']);
    expect(performance.now() - begun, what).toBeLessThan(2000);
  }
});

test('a refused document says what is wrong with it, every time', async () => {
  for (let i = 0; i < 3; i++) {
    const { errors } = await post(registry, token, '{ deploymentRecord { totalCount } }');
    expect(errors?.[0]?.message).toContain('deploymentRecord');
  }
  const variables = await post(
    registry,
    token,
    'query ($f: DeploymentRecordFilter) { deploymentRecords(filter: $f) { totalCount } }',
    { f: { kinds: ['IMAGE'] } },
  );
  expect(variables.errors?.[0]?.message).toContain('IMAGE');
});

test('what the CLI and a page ask for stays within the limits', async () => {
  for (const document of [
    '{ deploymentRecords(first: 500) { nodes { artifact { buildRuns { workflow { name } } attestations { signer { identity } } } } } }',
    '{ deployments(first: 500) { nodes { active { artifact { digest } } records(first: 50) { nodes { id } } } } }',
    '{ deploymentRecords { nodes { artifact { records { nodes { id } } attestations { subjects { name } } } } } }',
    'query ($n: Int) { deploymentRecords(first: $n) { nodes { id } pageInfo { endCursor } } }',
  ])
    expect(await codeOf(document)).toEqual([200, undefined]);
});

test('lists of more than 500 conditions are refused', async () => {
  const names = Array.from({ length: 501 }, (_, i) => `n${i}`);
  for (const filter of [
    { names },
    { environments: names },
    { logicalEnvironments: names },
    { digests: names },
  ])
    expect(
      (
        await codeOf('query ($f: DeploymentRecordFilter) { deploymentRecords(filter: $f) { totalCount } }', {
          f: filter,
        })
      )[1],
    ).toBe('BAD_REQUEST');
});

test('introspection needs a token like everything else', async () => {
  const document =
    '{ __schema { types { name fields { name type { name ofType { name ofType { name ofType { name } } } } } } } }';
  expect((await post(registry, null, document)).status).toBe(401);
  const { data } = await post(registry, token, document);
  expect(data.__schema.types.length).toBeGreaterThan(50);
});
