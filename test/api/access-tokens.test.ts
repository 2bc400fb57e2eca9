import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { base64, fromNow, post, startPeer, startRegistry, type TestRegistry } from '../support/registry.js';

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

test('a blocked principal cannot act', async () => {
  const { secret, apiToken } = (await makeToken({ name: 'blocked' })).data.createApiToken;
  await registry.database.pool.query(
    `update principal set state = 'BLOCKED' where id = (select principal_id from api_token where id = $1)`,
    [apiToken.id],
  );
  expect(await codeOf(secret)).toEqual([401, 'UNAUTHENTICATED']);
});
