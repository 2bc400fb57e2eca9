import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attested,
  base64,
  fromNow,
  post,
  record,
  startPeer,
  startRegistry,
  type TestRegistry,
} from '../support/registry.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

const VIEWER = '{ viewer { actor { name } token { id prefix lastUsedAt } permissions } }';
const codeOf = async (secret: string | null, query = VIEWER): Promise<[number, string | undefined]> => {
  const { status, errors } = await post(registry, secret, query);
  return [status, errors?.[0]?.extensions['code']];
};
const makeToken = async (input: Record<string, unknown>, by = token): Promise<any> =>
  post(
    registry,
    by,
    `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret apiToken { id prefix name permissions
       expiresAt lastUsedAt revokedAt createdAt } userErrors { code field hint } } }`,
    { input },
  );

test('a request without a token, or with a wrong or malformed one, is UNAUTHENTICATED', async () => {
  const wrong = `rollcall_${'0'.repeat(46)}`;
  for (const secret of [
    null,
    '',
    'x',
    wrong,
    `${token}x`,
    token.slice(0, -1),
    token.toLowerCase(),
    `Bearer ${token}`,
  ])
    expect(await codeOf(secret), String(secret)).toEqual([401, 'UNAUTHENTICATED']);
  const answer = await fetch(`${registry.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Basic ${base64(`x:${token}`)}` },
  });
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  for (const method of ['GET', 'POST', 'PUT', 'OPTIONS'])
    expect(
      (await fetch(`${registry.url}/graphql?query={viewer{actor{name}}}&access_token=${token}`, { method }))
        .status,
    ).toBe(401);
  expect((await fetch(`${registry.url}/nowhere`)).status).toBe(401);
});

test('an expired token and a revoked one are UNAUTHENTICATED; a revocation elsewhere takes at most 5 seconds', async () => {
  const short = (await makeToken({ name: 'short', expiresAt: fromNow(0.7) })).data.createApiToken.secret;
  expect((await codeOf(short))[0]).toBe(200);
  const { secret, apiToken } = (await makeToken({ name: 'gone' })).data.createApiToken;
  const peer = await startPeer(registry);
  try {
    expect((await codeOf(secret))[0]).toBe(200);
    expect((await post(peer, secret, VIEWER)).status).toBe(200);
    const revoke = `mutation ($id: ID!) { revokeApiToken(input: { id: $id }) { apiToken { revokedAt } userErrors { code } } }`;
    const { data } = await post(registry, token, revoke, { id: apiToken.id });
    expect(data.revokeApiToken.apiToken.revokedAt).not.toBeNull();
    expect(await codeOf(secret)).toEqual([401, 'UNAUTHENTICATED']);
    const again = await post(registry, token, revoke, { id: apiToken.id });
    expect(again.data.revokeApiToken.apiToken.revokedAt).toBe(data.revokeApiToken.apiToken.revokedAt);
    expect(
      (await post(registry, token, revoke, { id: 'tok_00000000000000000000000000' })).data.revokeApiToken
        .userErrors[0].code,
    ).toBe('TOKEN_NOT_FOUND');
    await sleep(800);
    expect(await codeOf(short)).toEqual([401, 'UNAUTHENTICATED']);
    for (let i = 0; i < 12 && (await post(peer, secret, VIEWER)).status === 200; i++) await sleep(500);
    expect((await post(peer, secret, VIEWER)).status).toBe(401);
  } finally {
    await peer.close();
  }
});

test('a token begins with rollcall_, is shown once, and only its hash is stored', async () => {
  const { secret, apiToken } = (await makeToken({ name: 'once' })).data.createApiToken;
  expect(secret).toMatch(/^rollcall_[0-9A-Za-z]{46}$/);
  expect(secret.startsWith(apiToken.prefix)).toBe(true);
  expect(apiToken.prefix.length).toBeLessThan(20);
  const list = await post(
    registry,
    token,
    '{ apiTokens(first: 500) { nodes { id name prefix permissions lastUsedAt revokedAt expiresAt } } }',
  );
  const node = await post(
    registry,
    token,
    'query ($id: ID!) { node(id: $id) { id ... on ApiToken { name prefix permissions } } }',
    { id: apiToken.id },
  );
  const own = await post(registry, secret, VIEWER);
  expect(own.data.viewer.token.id).toBe(apiToken.id);
  const body = secret.slice('rollcall_'.length + 6);
  for (const answer of [list, node, own]) expect(JSON.stringify(answer)).not.toContain(body);
  const { rows } = await registry.database.pool.query('select * from api_token where id = $1', [apiToken.id]);
  expect(rows[0].hash.equals(createHash('sha256').update(secret).digest())).toBe(true);
  const dump = await registry.database.pool.query(
    `select coalesce(string_agg(t::text, ' '), '') as text from (select e::text as t from event e union all
       select k::text from idempotency_key k union all select a::text from api_token a) x`,
  );
  expect(dump.rows[0].text).not.toContain(body);
});

test('a repeated createApiToken with one Idempotency-Key makes one token and does not show the secret again', async () => {
  const call = () =>
    post(
      registry,
      token,
      `mutation { createApiToken(input: { name: "keyed" }) { secret apiToken { id } userErrors { code } } }`,
      {},
      { 'idempotency-key': 'token-1' },
    );
  const first = (await call()).data.createApiToken;
  const second = (await call()).data.createApiToken;
  expect(first.secret).toMatch(/^rollcall_/);
  expect(second).toEqual({ secret: null, apiToken: first.apiToken, userErrors: [] });
});

test('lastUsedAt is null until a token is used', async () => {
  const { secret, apiToken } = (await makeToken({ name: 'used' })).data.createApiToken;
  expect(apiToken.lastUsedAt).toBeNull();
  await codeOf(secret);
  const { data } = await post(
    registry,
    token,
    'query ($id: ID!) { node(id: $id) { ... on ApiToken { lastUsedAt } } }',
    { id: apiToken.id },
  );
  expect(Math.abs(Date.parse(data.node.lastUsedAt) - Date.now())).toBeLessThan(60_000);
});

test('nobody grants more than they have, unknown keys and instants in the past are refused', async () => {
  const some = await registry.tokenWith(['organization.settings.manage', 'deployment.read']);
  const more = await makeToken({ name: 'more', permissions: ['record.write'] }, some);
  expect(more.errors[0].extensions.code).toBe('FORBIDDEN');
  const inherited = (await makeToken({ name: 'same' }, some)).data.createApiToken;
  expect(inherited.apiToken.permissions.sort()).toEqual(['deployment.read', 'organization.settings.manage']);
  expect(
    (await makeToken({ name: 'odd', permissions: ['deployment.everything'] })).data.createApiToken
      .userErrors[0],
  ).toMatchObject({
    code: 'INVALID_INPUT',
    field: ['permissions'],
  });
  expect(
    (await makeToken({ name: 'late', expiresAt: fromNow(-1) })).data.createApiToken.userErrors[0].code,
  ).toBe('INVALID_TIME');
  for (const name of ['', 'x'.repeat(256)])
    expect((await makeToken({ name })).data.createApiToken.userErrors[0].code).toBe('INVALID_NAME');
});

const everyKey = [
  'deployment.read',
  'record.write',
  'record.decommission',
  'artifact.read',
  'artifact.write',
  'environment.read',
  'environment.manage',
  'logicalEnvironment.read',
  'logicalEnvironment.manage',
  'organization.settings.read',
  'organization.settings.manage',
];
const D = `"sha256:${'0'.repeat(64)}"`;
const KEY = `name: "x" kind: FILE digest: ${D}`;
const GUARDED: [permission: string, document: string][] = [
  ['record.write', `mutation { recordDeployment(input: { ${KEY} }) { outcome } }`],
  [
    'record.write',
    `mutation { recordDeployments(input: { records: [{ ${KEY} }] }) { userErrors { code } } }`,
  ],
  ['record.decommission', `mutation { decommissionDeployment(input: { ${KEY} }) { outcome } }`],
  ['deployment.read', '{ deploymentRecords { nodes { id } } }'],
  ['deployment.read', '{ deployments { nodes { id } } }'],
  ['deployment.read', '{ deployment(name: "x", kind: FILE) { id } }'],
  ['deployment.read', '{ node(id: "dep_00000000000000000000000000") { id } }'],
  ['deployment.read', '{ node(id: "rec_00000000000000000000000000") { id } }'],
  ['artifact.read', `{ artifact(digest: ${D}) { id } }`],
  ['artifact.read', '{ attestations { nodes { id } } }'],
  ['artifact.read', '{ attestation(id: "att_00000000000000000000000000") { id } }'],
  ['artifact.read', '{ trustedRoots { id } }'],
  ['artifact.read', '{ node(id: "art_00000000000000000000000000") { id } }'],
  ['artifact.read', '{ node(id: "bld_00000000000000000000000000") { id } }'],
  ['artifact.read', '{ node(id: "wfl_00000000000000000000000000") { id } }'],
  ['artifact.read', '{ node(id: "trt_00000000000000000000000000") { id } }'],
  ['artifact.write', 'mutation { pushAttestation(input: { content: "e30=" }) { userErrors { code } } }'],
  ['artifact.write', 'mutation { registerArtifact(input: { manifest: "e30=" }) { userErrors { code } } }'],
  ['environment.read', '{ environments { nodes { id } } }'],
  ['environment.read', '{ environment(name: "default") { id } }'],
  ['environment.read', '{ node(id: "env_00000000000000000000000000") { id } }'],
  [
    'environment.manage',
    'mutation { createEnvironment(input: { name: "default" }) { userErrors { code } } }',
  ],
  ['environment.manage', 'mutation { updateEnvironment(input: { name: "nope" }) { userErrors { code } } }'],
  ['environment.manage', 'mutation { archiveEnvironment(input: { name: "nope" }) { userErrors { code } } }'],
  [
    'environment.manage',
    'mutation { unarchiveEnvironment(input: { name: "nope" }) { userErrors { code } } }',
  ],
  ['logicalEnvironment.read', '{ logicalEnvironments { nodes { id } } }'],
  ['logicalEnvironment.read', '{ logicalEnvironment(name: "production") { id } }'],
  ['logicalEnvironment.read', '{ node(id: "lenv_00000000000000000000000000") { id } }'],
  [
    'logicalEnvironment.manage',
    'mutation { createLogicalEnvironment(input: { name: "production" }) { userErrors { code } } }',
  ],
  [
    'logicalEnvironment.manage',
    'mutation { updateLogicalEnvironment(input: { name: "nope" }) { userErrors { code } } }',
  ],
  ['organization.settings.read', '{ apiTokens { nodes { id } } }'],
  ['organization.settings.read', '{ node(id: "tok_00000000000000000000000000") { id } }'],
  [
    'organization.settings.manage',
    'mutation { updateOrganization(input: { staleAfterSeconds: 259200 }) { userErrors { code } } }',
  ],
  [
    'organization.settings.manage',
    'mutation { createApiToken(input: { name: "", expiresAt: "2001-01-01T00:00:00Z" }) { userErrors { code } } }',
  ],
  [
    'organization.settings.manage',
    'mutation { revokeApiToken(input: { id: "nope" }) { userErrors { code } } }',
  ],
  [
    'organization.settings.manage',
    'mutation { addTrustedRoot(input: { name: "x", kind: PUBLIC_KEYS, content: "e30=" }) { userErrors { code } } }',
  ],
];

test('every permission key is enforced: FORBIDDEN at the top level without it, allowed with it alone', async () => {
  expect([...new Set(GUARDED.map(([permission]) => permission))].sort()).toEqual([...everyKey].sort());
  const tokens = new Map<string, { only: string; without: string }>();
  for (const key of everyKey)
    tokens.set(key, {
      only: await registry.tokenWith([key]),
      without: await registry.tokenWith(everyKey.filter((other) => other !== key)),
    });
  await Promise.all(
    GUARDED.map(async ([permission, document]) => {
      const { only, without } = tokens.get(permission) as { only: string; without: string };
      const refused = await post(registry, without, document);
      expect(refused.errors?.[0]?.extensions, document).toMatchObject({ code: 'FORBIDDEN', permission });
      expect((await post(registry, only, document)).errors, document).toBeUndefined();
    }),
  );
});

test('detachRecords decommissions, so it needs record.decommission too', async () => {
  const manager = await registry.tokenWith(['environment.manage']);
  const { errors } = await post(
    registry,
    manager,
    'mutation { archiveEnvironment(input: { name: "nope", detachRecords: true }) { userErrors { code } } }',
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'record.decommission' });
});

test('who may see a record sees what it links to; what those tell beyond it needs their own keys', async () => {
  const [digest] = await attested(registry, token);
  const writer = await registry.tokenWith(['record.write']);
  const reader = await registry.tokenWith(['deployment.read']);
  expect((await record(registry, writer, { name: 'linked', digest })).record.artifact.digest).toBe(digest);
  const ask = (fields: string) =>
    post(registry, reader, `{ deploymentRecords(filter: { names: ["linked"] }) { nodes { ${fields} } } }`);
  expect(
    (
      await ask(
        'artifact { digest } deployment { environment { name } logicalEnvironment { name } } reportedBy { name }',
      )
    ).errors,
  ).toBeUndefined();
  for (const field of [
    'attestations { id }',
    'buildRuns { id }',
    'workflows { id }',
    'projectVersions { id }',
    'refs { ociRef }',
    'platforms { id }',
    'indexes { id }',
  ])
    expect((await ask(`artifact { ${field} }`)).errors?.[0]?.extensions, field).toMatchObject({
      code: 'FORBIDDEN',
      permission: 'artifact.read',
    });
});

test('a blocked principal cannot act', async () => {
  const { secret, apiToken } = (await makeToken({ name: 'blocked' })).data.createApiToken;
  await registry.database.pool.query(
    `update principal set state = 'BLOCKED' where id = (select principal_id from api_token where id = $1)`,
    [apiToken.id],
  );
  expect(await codeOf(secret)).toEqual([401, 'UNAUTHENTICATED']);
});
