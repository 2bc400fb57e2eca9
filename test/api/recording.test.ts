import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attested,
  decommission,
  fromNow,
  history,
  newDigest,
  post,
  record,
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

const eventsOf = async (name: string): Promise<string[]> =>
  (
    await registry.database.pool.query(
      `select e.type from event e join deployment d on d.id = e.deployment_id where d.name = $1 order by e.seq`,
      [name],
    )
  ).rows.map((row) => row.type);

test('H1 every answer of the API names the version of the server', async () => {
  const { data } = await post(registry, token, '{ viewer { serverVersion serverTime } }');
  expect(data.viewer.serverVersion).toMatch(/^\d+\.\d+\.\d+/);
  expect(Math.abs(Date.parse(data.viewer.serverTime) - Date.now())).toBeLessThan(60_000);
});

test('H2 H8 H13 H14 H15 H19 a recording stores a record with artifact, reference, times and status', async () => {
  const [digest] = (await attested(registry, token)) as [string];
  const ociRef = `registry.example.com/shop/web:1@${digest}`;
  const before = Date.now();
  const answer = await record(registry, token, { name: 'h2', digest, ociRef, kind: 'CONTAINER_IMAGE' });
  expect(answer).toMatchObject({
    outcome: 'CREATED',
    userErrors: [],
    record: {
      status: 'DEPLOYED',
      origin: 'REPORT',
      seq: 1,
      seenCount: 1,
      ociRef,
      artifact: { digest },
      endedAt: null,
      supersededBy: null,
      environmentName: 'default',
      logicalEnvironmentName: 'production',
      deployment: { name: 'h2', kind: 'CONTAINER_IMAGE' },
      reportedBy: { name: 'admin' },
    },
  });
  const at = Date.parse(answer.record.deployedAt);
  expect(at).toBeGreaterThanOrEqual(before - 1000);
  expect(at).toBeLessThanOrEqual(Date.now() + 1000);
  expect(answer.record.lastSeenAt).toBe(answer.record.deployedAt);
  expect(answer.record.id).toMatch(/^rec_/);
  expect(await eventsOf('h2')).toEqual(['RECORDED']);
});

test('H3 what runs where is one query over the whole organization', async () => {
  const digests = await attested(registry, token, 3);
  await Promise.all(
    ['development', 'staging', 'production'].map((logicalEnvironment, i) =>
      record(registry, token, { name: 'h3', digest: digests[i], logicalEnvironment }),
    ),
  );
  const { data } = await post(
    registry,
    token,
    `{ deploymentRecords(filter: { names: ["h3"] }) { totalCount nodes { artifact { digest }
       deployment { environment { name } logicalEnvironment { name } } } } }`,
  );
  expect(data.deploymentRecords.totalCount).toBe(3);
  const seen = data.deploymentRecords.nodes.map((node: any) => [
    node.deployment.environment.name,
    node.deployment.logicalEnvironment.name,
    node.artifact.digest,
  ]);
  expect(seen).toEqual(
    expect.arrayContaining([
      ['default', 'development', digests[0]],
      ['default', 'staging', digests[1]],
      ['default', 'production', digests[2]],
    ]),
  );
});

test('H9 H10 H11 H12 each of the four parts of the key makes a Deployment of its own', async () => {
  await post(
    registry,
    token,
    `mutation { createEnvironment(input: { name: "h9-east" }) { userErrors { code } } }`,
  );
  // One artifact for each kind: the kind is a fact of the artifact.
  const [file, chart] = (await attested(registry, token, 2)) as [string, string];
  const base = { name: 'h9', digest: file, kind: 'FILE' };
  const answers = [
    await record(registry, token, base),
    await record(registry, token, { ...base, environment: 'h9-east' }),
    await record(registry, token, { ...base, logicalEnvironment: 'staging' }),
    await record(registry, token, { ...base, name: 'h9/other' }),
    await record(registry, token, { ...base, kind: 'HELM_CHART', digest: chart }),
  ];
  expect(answers.map((answer) => answer.outcome)).toEqual(Array(5).fill('CREATED'));
  expect(new Set(answers.map((answer) => answer.record.deployment.id)).size).toBe(5);
  expect((await history(registry, token, { names: ['h9', 'h9/other'], statuses: ['DEPLOYED'] })).length).toBe(
    5,
  );
});

test('H11 a deployment name has 1 to 255 characters and no control characters', async () => {
  const [digest] = (await attested(registry, token)) as [string];
  const code = async (name: string): Promise<string | null> =>
    (await record(registry, token, { name, digest })).code;
  expect(await code('x'.repeat(255))).toBeNull();
  expect(await code('𝒳'.repeat(255))).toBeNull();
  expect(await code('a b/c@d#e"\'`;--')).toBeNull();
  for (const bad of ['', 'x'.repeat(256), 'a\nb', 'a\u0000b', 'a\u007fb', 'a\u0085b'])
    expect(await code(bad)).toBe('INVALID_NAME');
});

test('H12 every kind can be recorded', async () => {
  const digests = await attested(registry, token, 4);
  for (const [i, kind] of ['CONTAINER_IMAGE', 'HELM_CHART', 'OCI_ARTIFACT', 'FILE'].entries())
    expect(
      (await record(registry, token, { name: 'h12', kind, digest: digests[i] })).record.deployment.kind,
    ).toBe(kind);
});

test('H17 H18 H20 H22 H23 H49 another digest supersedes the active record and history is kept', async () => {
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  const first = await record(registry, token, { name: 'h22', digest: a });
  const second = await record(registry, token, { name: 'h22', digest: b });
  expect(second).toMatchObject({ outcome: 'CREATED', record: { seq: 2, status: 'DEPLOYED' } });
  const rows = await history(registry, token, { names: ['h22'] });
  expect(rows).toMatchObject([
    { id: second.record.id, status: 'DEPLOYED', endedAt: null },
    {
      id: first.record.id,
      status: 'SUPERSEDED',
      endedAt: second.record.deployedAt,
      supersededBy: { id: second.record.id },
      artifact: { digest: a },
      endReason: null,
    },
  ]);
  expect(await eventsOf('h22')).toEqual(['RECORDED', 'SUPERSEDED', 'RECORDED']);
  expect(await history(registry, token, { names: ['h22'], statuses: ['DEPLOYED'] })).toHaveLength(1);
});

test('H16 H24 H25 H26 recording the same digest again is a heartbeat: one row, lastSeenAt and seenCount move', async () => {
  const [digest] = (await attested(registry, token)) as [string];
  const created = await record(registry, token, { name: 'h24', digest, observedAt: fromNow(-100) });
  const later = fromNow(-50);
  const again = await record(registry, token, { name: 'h24', digest, observedAt: later });
  expect(again).toMatchObject({
    outcome: 'REFRESHED',
    record: { id: created.record.id, deployedAt: created.record.deployedAt, lastSeenAt: later, seenCount: 2 },
  });
  const same = await record(registry, token, { name: 'h24', digest, observedAt: later });
  expect(same).toMatchObject({
    outcome: 'UNCHANGED',
    record: { id: created.record.id, lastSeenAt: later, seenCount: 3 },
  });
  for (let i = 0; i < 5; i++)
    expect((await record(registry, token, { name: 'h24', digest })).code).toBeNull();
  expect(await history(registry, token, { names: ['h24'] })).toHaveLength(1);
  expect(await eventsOf('h24')).toEqual(['RECORDED']);
});

test('H21 H38 a decommissioned record has ended for good', async () => {
  const [digest] = (await attested(registry, token)) as [string];
  const created = await record(registry, token, { name: 'h38', digest });
  const ended = await decommission(registry, token, { name: 'h38', digest });
  expect(ended).toMatchObject({
    outcome: 'DECOMMISSIONED',
    userErrors: [],
    record: { id: created.record.id, status: 'DECOMMISSIONED', supersededBy: null, endReason: 'REPORTED' },
  });
  expect(ended.record.endedAt >= created.record.deployedAt).toBe(true);
  expect(await history(registry, token, { names: ['h38'], statuses: ['DEPLOYED'] })).toEqual([]);
  expect(await eventsOf('h38')).toEqual(['RECORDED', 'DECOMMISSIONED']);
});

test('H35 a digest that is not in the evidence store is refused, and the hint says how to bring it', async () => {
  const answer = await record(registry, token, { name: 'h35', digest: newDigest() });
  expect(answer.record).toBeNull();
  expect(answer.userErrors[0]).toMatchObject({
    code: 'ARTIFACT_NOT_FOUND',
    field: ['digest'],
    details: { evidence: 'NONE' },
  });
  expect(answer.userErrors[0]?.hint).toContain('attestation push');
  expect(await history(registry, token, { names: ['h35'] })).toEqual([]);
});

test('H39 SUPERSEDED cannot be given: the input has no status at all', async () => {
  const { status, errors } = await post(
    registry,
    token,
    'mutation ($input: RecordDeploymentInput!) { recordDeployment(input: $input) { outcome } }',
    { input: { name: 'h39', kind: 'FILE', digest: newDigest(), status: 'SUPERSEDED' } },
  );
  expect(status).toBe(400);
  expect(errors?.[0]?.extensions['code']).toBe('BAD_REQUEST');
});

test('H40 H41 H42 H43 H50 H51 the list is active by default, history is newest first, and both environments filter', async () => {
  await post(
    registry,
    token,
    `mutation { createEnvironment(input: { name: "h40-east", type: KUBERNETES }) { userErrors { code } } }`,
  );
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  const place = { environment: 'h40-east', name: 'h40' };
  await record(registry, token, { ...place, digest: a });
  await record(registry, token, { ...place, digest: b });
  await record(registry, token, { ...place, digest: a, logicalEnvironment: 'staging' });
  await record(registry, token, { name: 'h40', digest: a });
  const list = async (filter: string): Promise<string[]> => {
    const { data } = await post(
      registry,
      token,
      `{ deploymentRecords(filter: { names: ["h40"] ${filter} }) { nodes {
      environmentName logicalEnvironmentName status artifact { digest } } } }`,
    );
    return data.deploymentRecords.nodes.map((node: any) =>
      [
        node.environmentName,
        node.logicalEnvironmentName,
        node.status,
        node.artifact.digest === a ? 'a' : 'b',
      ].join(' '),
    );
  };
  expect(await list('')).toEqual([
    'default production DEPLOYED a',
    'h40-east staging DEPLOYED a',
    'h40-east production DEPLOYED b',
  ]);
  expect(await list('logicalEnvironments: ["production"]')).toEqual([
    'default production DEPLOYED a',
    'h40-east production DEPLOYED b',
  ]);
  expect(await list('environments: ["h40-east"]')).toEqual([
    'h40-east staging DEPLOYED a',
    'h40-east production DEPLOYED b',
  ]);
  expect(
    await list(
      'environments: ["h40-east"] logicalEnvironments: ["production"] statuses: [DEPLOYED, SUPERSEDED, DECOMMISSIONED]',
    ),
  ).toEqual(['h40-east production DEPLOYED b', 'h40-east production SUPERSEDED a']);
});

test('H45 an Environment is created with name and description', async () => {
  const { data } = await post(
    registry,
    token,
    `mutation { createEnvironment(input: { name: "k8s-east", description: "Kubernetes US-East", type: KUBERNETES }) {
       environment { name description type state builtIn archivedAt activeCount } userErrors { code } } }`,
  );
  expect(data.createEnvironment).toEqual({
    environment: {
      name: 'k8s-east',
      description: 'Kubernetes US-East',
      type: 'KUBERNETES',
      state: 'ACTIVE',
      builtIn: false,
      archivedAt: null,
      activeCount: 0,
    },
    userErrors: [],
  });
});

test('H46 development, staging and production exist from the start, and so does the Environment default', async () => {
  const { data } = await post(
    registry,
    token,
    '{ logicalEnvironments(first: 500) { nodes { name } } environment(name: "default") { builtIn state } }',
  );
  expect(data.logicalEnvironments.nodes.map((node: any) => node.name)).toEqual(
    expect.arrayContaining(['development', 'production', 'staging']),
  );
  expect(data.environment).toEqual({ builtIn: true, state: 'ACTIVE' });
});

test('H47 H48 promotion by recording: the same artifact under staging and production, both active', async () => {
  const [digest] = (await attested(registry, token)) as [string];
  const staging = await record(registry, token, { name: 'h48', digest, logicalEnvironment: 'staging' });
  const production = await record(registry, token, { name: 'h48', digest, logicalEnvironment: 'production' });
  expect([staging.outcome, production.outcome]).toEqual(['CREATED', 'CREATED']);
  const { data } = await post(
    registry,
    token,
    `query ($d: String!) { artifact(digest: $d) { records { nodes { logicalEnvironmentName status } } } }`,
    {
      d: digest,
    },
  );
  expect(data.artifact.records.nodes).toEqual([
    { logicalEnvironmentName: 'production', status: 'DEPLOYED' },
    { logicalEnvironmentName: 'staging', status: 'DEPLOYED' },
  ]);
});

test('H33 a digest has its full number of hex digits; upper case is lower-cased', async () => {
  const [digest] = (await attested(registry, token)) as [string];
  const upper = `sha256:${digest.slice(7).toUpperCase()}`;
  expect((await record(registry, token, { name: 'upper', digest: upper })).record.artifact.digest).toBe(
    digest,
  );
  const { data } = await post(registry, token, 'query ($d: String!) { artifact(digest: $d) { digest } }', {
    d: upper,
  });
  expect(data.artifact.digest).toBe(digest);
  const hex = 'a'.repeat(64);
  for (const bad of [
    '',
    hex,
    `sha256:${hex.slice(1)}`,
    `sha256:${hex}a`,
    `sha1:${'a'.repeat(40)}`,
    `sha256:${'a'.repeat(128)}`,
    `sha512:${hex}`,
    `sha384:${hex}`,
    `md5:${'a'.repeat(32)}`,
    `sha256:${'g'.repeat(64)}`,
    `sha256: ${hex.slice(1)}`,
    `sha256:${hex}\n`,
    ` sha256:${hex}`,
    `sha256:${'é'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}\u0000`,
    `constructor:${hex}`,
    `__proto__:${hex}`,
  ]) {
    expect((await record(registry, token, { name: 'digest', digest: bad })).userErrors[0], bad).toMatchObject(
      { code: 'INVALID_DIGEST', field: ['digest'] },
    );
    const read = await post(registry, token, 'query ($d: String!) { artifact(digest: $d) { id } }', {
      d: bad,
    });
    expect(read.errors?.[0]?.extensions['code'], bad).toBe('BAD_REQUEST');
  }
});
