import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  attested,
  base64,
  decommission,
  history,
  newDigest,
  post,
  record,
  recordMany,
  startRegistry,
  type TestRegistry,
} from '../support/registry.js';
import { fixture } from '../evidence/fixtures.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

const settings = async (input: Record<string, unknown>): Promise<void> => {
  const { data } = await post(
    registry,
    token,
    `mutation ($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { userErrors { code } organization { id } } }`,
    { input },
  );
  expect(data.updateOrganization.userErrors).toEqual([]);
};
beforeEach(() => settings({ createLogicalEnvironments: true, createEnvironments: false }));

const count = async (table: string, where = 'true'): Promise<number> =>
  Number((await registry.database.pool.query(`select count(*) from ${table} where ${where}`)).rows[0].count);
const everything = async (): Promise<number[]> =>
  Promise.all(
    ['environment', 'logical_environment', 'deployment', 'deployment_record', 'project', 'event'].map(
      (table) => count(table),
    ),
  );
const audit = async (subject: string): Promise<string[]> =>
  (
    await registry.database.pool.query('select type from event where subject_id = $1 order by seq', [subject])
  ).rows.map((row) => row.type);
const mutate = async (mutation: string, input: Record<string, unknown>, fields: string): Promise<any> => {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await post(
    registry,
    token,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} userErrors { code hint details field } } }`,
    { input },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return { ...data[mutation], code: data[mutation].userErrors[0]?.code ?? null };
};

test('9.1 no names mean the Environment default and the LogicalEnvironment production', async () => {
  const [digest] = await attested(registry, token);
  const { record: made } = await record(registry, token, {
    name: 'places',
    digest,
    environment: null,
    logicalEnvironment: null,
  });
  expect([made.environmentName, made.logicalEnvironmentName]).toEqual(['default', 'production']);
});

test('9.1 a record creates the LogicalEnvironment it names, with an audit row, and needs record.write only', async () => {
  const [digest] = await attested(registry, token);
  const writer = await registry.tokenWith(['record.write']);
  const answer = await record(registry, writer, {
    name: 'implicit',
    digest,
    logicalEnvironment: 'review/42 ✓',
  });
  expect(answer).toMatchObject({ outcome: 'CREATED', record: { logicalEnvironmentName: 'review/42 ✓' } });
  const { data } = await post(
    registry,
    token,
    'query ($n: String!) { logicalEnvironment(name: $n) { id state activeCount } }',
    { n: 'review/42 ✓' },
  );
  expect(data.logicalEnvironment).toMatchObject({ state: 'ACTIVE', activeCount: 1 });
  expect(await audit(data.logicalEnvironment.id)).toEqual(['LOGICAL_ENVIRONMENT_CREATED']);
});

test('9.1 with createLogicalEnvironments off an unknown LogicalEnvironment is refused', async () => {
  const [digest] = await attested(registry, token);
  await settings({ createLogicalEnvironments: false });
  const before = await everything();
  const refused = await record(registry, token, { name: 'off', digest, logicalEnvironment: 'qa' });
  expect(refused.userErrors[0]).toMatchObject({
    code: 'LOGICAL_ENVIRONMENT_NOT_FOUND',
    field: ['logicalEnvironment'],
  });
  expect(await everything()).toEqual(before);
});

test('9.1 an unknown Environment is refused: the hint names similar ones, or how to create it', async () => {
  const [digest] = await attested(registry, token);
  await mutate('createEnvironment', { name: 'k8s-east' }, 'environment { id }');
  const hintOf = async (environment: string): Promise<string> => {
    const refused = await record(registry, token, { name: 'hints', digest, environment });
    expect(refused.userErrors[0]).toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND', field: ['environment'] });
    return refused.userErrors[0]?.hint as string;
  };
  expect(await hintOf('k8s-esat')).toContain('k8s-east');
  expect(await hintOf('somewhere-else')).toContain('environment create');
});

test('9.1 reading 1: --env with the name of a stage gets a hint that names --logical-env', async () => {
  const [digest] = await attested(registry, token);
  const refused = await record(registry, token, { name: 'hints', digest, environment: 'staging' });
  expect(refused.userErrors[0]?.hint).toContain('--logical-env staging');
});

test('9.1 with createEnvironments on a record creates the Environment, type CUSTOM, audited', async () => {
  const [digest] = await attested(registry, token);
  await settings({ createEnvironments: true });
  const answer = await record(registry, token, {
    name: 'on',
    digest,
    environment: 'edge-1',
    logicalEnvironment: 'edge',
  });
  expect(answer).toMatchObject({
    outcome: 'CREATED',
    record: { environmentName: 'edge-1', logicalEnvironmentName: 'edge' },
  });
  const { data } = await post(registry, token, '{ environment(name: "edge-1") { id type state } }');
  expect(data.environment).toMatchObject({ type: 'CUSTOM', state: 'ACTIVE' });
  expect(await audit(data.environment.id)).toEqual(['ENVIRONMENT_CREATED']);
});

test('9.1 50 records at once that name the same new places create each once', async () => {
  await settings({ createEnvironments: true });
  const [digest] = await attested(registry, token);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      record(registry, token, {
        name: `crowd-${i}`,
        digest,
        environment: 'crowd',
        logicalEnvironment: 'crowd',
      }),
    ),
  );
  expect(answers.filter((answer) => answer.outcome !== 'CREATED')).toEqual([]);
  expect([
    await count('environment', `name = 'crowd'`),
    await count('logical_environment', `name = 'crowd'`),
  ]).toEqual([1, 1]);
  expect(
    await count('event', `type = 'ENVIRONMENT_CREATED' and detail -> 'after' ->> 'name' = 'crowd'`),
  ).toBe(1);
});

test('9.1 implicit creation comes last: a record that is refused leaves nothing behind', async () => {
  await settings({ createEnvironments: true });
  const [chart] = (await attested(registry, token)) as [string];
  await record(registry, token, { name: 'kind', digest: chart, kind: 'HELM_CHART' });
  const before = await everything();
  const place = { environment: 'never', logicalEnvironment: 'never', name: 'never', project: 'never' };
  const cases: [string, Record<string, unknown>][] = [
    ['ARTIFACT_NOT_FOUND', { digest: newDigest() }],
    ['ARTIFACT_KIND_MISMATCH', { digest: chart, kind: 'FILE' }],
    ['OBSERVED_AT_IN_FUTURE', { digest: chart, kind: 'HELM_CHART', observedAt: '2990-01-01T00:00:00Z' }],
    ['INVALID_DIGEST', { digest: 'sha256:12' }],
    ['INVALID_REFERENCE', { digest: chart, kind: 'HELM_CHART', ociRef: 'A B' }],
  ];
  for (const [code, input] of cases)
    expect((await record(registry, token, { ...place, ...input })).code).toBe(code);
  const bulk = await recordMany(
    registry,
    token,
    cases.map(([, input]) => ({ ...place, ...input })),
  );
  expect(bulk.results.map((result) => result.code)).toEqual(cases.map(([code]) => code));
  expect(await everything()).toEqual(before);
});

test('9.1 heartbeats and decommissions create nothing, whatever the settings', async () => {
  await settings({ createEnvironments: true });
  const [digest] = await attested(registry, token);
  const before = await everything();
  const calls: [string, Promise<{ code: string | null }>][] = [
    [
      'ENVIRONMENT_NOT_FOUND',
      record(registry, token, { name: 'x', digest, mode: 'HEARTBEAT', environment: 'nope' }),
    ],
    [
      'LOGICAL_ENVIRONMENT_NOT_FOUND',
      record(registry, token, { name: 'x', digest, mode: 'HEARTBEAT', logicalEnvironment: 'nope' }),
    ],
    ['DEPLOYMENT_NOT_FOUND', record(registry, token, { name: 'nope', digest, mode: 'HEARTBEAT' })],
    ['ENVIRONMENT_NOT_FOUND', decommission(registry, token, { name: 'x', digest, environment: 'nope' })],
    [
      'LOGICAL_ENVIRONMENT_NOT_FOUND',
      decommission(registry, token, { name: 'x', digest, logicalEnvironment: 'nope' }),
    ],
    ['DEPLOYMENT_NOT_FOUND', decommission(registry, token, { name: 'nope', digest })],
  ];
  for (const [code, call] of calls) expect((await call).code).toBe(code);
  expect(await everything()).toEqual(before);
});

test('9.1 an archived Environment takes no record until it is unarchived; its name stays taken', async () => {
  await settings({ createEnvironments: true });
  const [digest] = await attested(registry, token);
  await mutate('createEnvironment', { name: 'old' }, 'environment { id }');
  const archived = await mutate('archiveEnvironment', { name: 'old' }, 'environment { id state archivedAt }');
  expect(archived.environment).toMatchObject({ state: 'ARCHIVED', archivedAt: expect.any(String) });
  for (const mode of ['RECORD', 'HEARTBEAT']) {
    const refused = await record(registry, token, { name: 'a', digest, environment: 'old', mode });
    expect(refused.code).toBe('ENVIRONMENT_ARCHIVED');
    expect(refused.userErrors[0]?.hint).toContain('environment unarchive old');
  }
  expect(await mutate('createEnvironment', { name: 'old' }, 'environment { id }')).toMatchObject({
    code: 'ENVIRONMENT_EXISTS',
    userErrors: [{ hint: expect.stringContaining('unarchive') }],
  });
  const back = await mutate('unarchiveEnvironment', { name: 'old' }, 'environment { id state archivedAt }');
  expect(back.environment).toEqual({ id: archived.environment.id, state: 'ACTIVE', archivedAt: null });
  expect((await record(registry, token, { name: 'a', digest, environment: 'old' })).outcome).toBe('CREATED');
  await mutate('unarchiveEnvironment', { name: 'old' }, 'environment { id }');
  expect(await audit(archived.environment.id)).toEqual([
    'ENVIRONMENT_CREATED',
    'ENVIRONMENT_ARCHIVED',
    'ENVIRONMENT_UNARCHIVED',
  ]);
});

test('9.1 a heartbeat is refused as soon as its Environment is archived, although it was accepted just before', async () => {
  const [digest] = await attested(registry, token);
  await mutate('createEnvironment', { name: 'closing' }, 'environment { id }');
  const place = { name: 'beat', digest, environment: 'closing' };
  await record(registry, token, place);
  expect((await record(registry, token, place)).code).toBeNull();
  await mutate('archiveEnvironment', { name: 'closing', detachRecords: true }, 'environment { id }');
  expect((await record(registry, token, { ...place, mode: 'HEARTBEAT' })).code).toBe('ENVIRONMENT_ARCHIVED');
  expect((await record(registry, token, place)).code).toBe('ENVIRONMENT_ARCHIVED');
});

test('reading 9: an Environment where something runs is archived only with detachRecords, which decommissions it', async () => {
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  await mutate('createEnvironment', { name: 'busy' }, 'environment { id }');
  await record(registry, token, { name: 'one', digest: a, environment: 'busy' });
  await record(registry, token, { name: 'two', digest: b, environment: 'busy' });
  expect(await mutate('archiveEnvironment', { name: 'busy' }, 'environment { id }')).toMatchObject({
    code: 'ENVIRONMENT_IN_USE',
    userErrors: [{ details: { active: 2 } }],
  });
  expect(
    (await mutate('archiveEnvironment', { name: 'busy', detachRecords: true }, 'environment { state }'))
      .environment.state,
  ).toBe('ARCHIVED');
  const rows = await history(registry, token, { environments: ['busy'] });
  expect(rows.map((row) => [row.status, row.endReason])).toEqual(
    Array(2).fill(['DECOMMISSIONED', 'ENVIRONMENT_ARCHIVED']),
  );
  expect(
    (await mutate('archiveEnvironment', { name: 'default', detachRecords: true }, 'environment { id }')).code,
  ).toBe('ENVIRONMENT_BUILT_IN');
  expect((await mutate('archiveEnvironment', { name: 'nope' }, 'environment { id }')).code).toBe(
    'ENVIRONMENT_NOT_FOUND',
  );
});

test('reading 9: an Environment is archived while records arrive: none is active there afterwards', async () => {
  const digests = await attested(registry, token, 20);
  await mutate('createEnvironment', { name: 'race' }, 'environment { id }');
  const [archived, ...answers] = await Promise.all([
    mutate('archiveEnvironment', { name: 'race', detachRecords: true }, 'environment { state }'),
    ...digests.map((digest, i) =>
      record(registry, token, { name: `r${i % 5}`, digest, environment: 'race' }),
    ),
  ]);
  expect(archived.code).toBeNull();
  for (const answer of answers)
    expect(['CREATED', 'ENVIRONMENT_ARCHIVED']).toContain(answer.code ?? answer.outcome);
  expect(await history(registry, token, { environments: ['race'], statuses: ['DEPLOYED'] })).toEqual([]);
});

test('I-14 every mutation writes its audit row, a heartbeat and a refusal of input write none', async () => {
  const events = (): Promise<number> => count('event');
  const typesAfter = async (seq: number): Promise<string[]> =>
    (await registry.database.pool.query('select type from event order by seq offset $1', [seq])).rows.map(
      (row) => row.type,
    );
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  const newToken = await mutate('createApiToken', { name: 'audited' }, 'apiToken { id }');
  const cases: [string[], () => Promise<unknown>][] = [
    [['TOKEN_CREATED'], () => mutate('createApiToken', { name: 'audited' }, 'apiToken { id }')],
    [['TOKEN_REVOKED'], () => mutate('revokeApiToken', { id: newToken.apiToken.id }, 'apiToken { id }')],
    [['ORGANIZATION_UPDATED'], () => settings({ staleAfterSeconds: 86_400 })],
    [['ENVIRONMENT_CREATED'], () => mutate('createEnvironment', { name: 'audit' }, 'environment { id }')],
    [
      ['ENVIRONMENT_UPDATED'],
      () => mutate('updateEnvironment', { name: 'audit', description: 'x' }, 'environment { id }'),
    ],
    [['ENVIRONMENT_ARCHIVED'], () => mutate('archiveEnvironment', { name: 'audit' }, 'environment { id }')],
    [[], () => mutate('archiveEnvironment', { name: 'audit' }, 'environment { id }')],
    [
      ['ENVIRONMENT_UNARCHIVED'],
      () => mutate('unarchiveEnvironment', { name: 'audit' }, 'environment { id }'),
    ],
    [
      ['LOGICAL_ENVIRONMENT_CREATED'],
      () => mutate('createLogicalEnvironment', { name: 'audit' }, 'logicalEnvironment { id }'),
    ],
    [
      ['LOGICAL_ENVIRONMENT_UPDATED'],
      () =>
        mutate(
          'updateLogicalEnvironment',
          { name: 'audit', attributes: { a: 'b' } },
          'logicalEnvironment { id }',
        ),
    ],
    [['ATTESTATION_PUSHED'], () => attested(registry, token)],
    [
      ['TRUSTED_ROOT_ADDED'],
      () =>
        mutate(
          'addTrustedRoot',
          { name: 'keys', kind: 'PUBLIC_KEYS', content: base64(fixture('attestations/keys/conf-key.pub')) },
          'trustedRoot { id }',
        ),
    ],
    [['RECORDED'], () => record(registry, token, { name: 'audit', digest: a })],
    [[], () => record(registry, token, { name: 'audit', digest: a })],
    [[], () => record(registry, token, { name: 'audit', digest: a, mode: 'HEARTBEAT' })],
    [['SUPERSEDED', 'RECORDED'], () => record(registry, token, { name: 'audit', digest: b })],
    [[], () => record(registry, token, { name: 'audit', digest: 'nonsense' })],
    [['DECOMMISSIONED'], () => decommission(registry, token, { name: 'audit', digest: b })],
  ];
  for (const [types, act] of cases) {
    const before = await events();
    await act();
    expect(await typesAfter(before), String(act)).toEqual(types);
  }
  const { rows } = await registry.database.pool.query(
    'select count(*) filter (where actor_id is null or request_id is null) as nameless from event where type <> $1',
    ['none'],
  );
  expect(Number(rows[0].nameless)).toBe(0);
});
