import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../evidence/fixtures.js';
import {
  addOrganization,
  attested,
  decommission,
  fromNow,
  newDigest,
  post,
  push,
  record,
  startRegistry,
  statement,
  type TestRegistry,
} from '../support/registry.js';

let registry: TestRegistry;
let token: string;
/** Ids of the record that each test tries to damage. */
let active: string;
let ended: string;
let deployment: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  ended = (
    await record(registry, token, {
      name: 'kept',
      digest: a,
      observedAt: fromNow(-600),
      ociRef: 'example.com/a:1',
    })
  ).record.id;
  const second = await record(registry, token, { name: 'kept', digest: b, observedAt: fromNow(-300) });
  active = second.record.id;
  deployment = second.record.deployment.id;
  await decommission(registry, token, { name: 'gone', digest: a });
});
afterAll(() => registry.close());

const sql = (text: string, values: unknown[] = []) => registry.database.pool.query(text, values);
const copyOf = (id: string, changes: Record<string, string>): string => {
  const columns = [
    'id',
    'organization_id',
    'deployment_id',
    'environment_id',
    'logical_environment_id',
    'environment_name',
    'logical_environment_name',
    'name',
    'kind',
    'seq',
    'artifact_id',
    'digest',
    'oci_ref',
    'status',
    'origin',
    'deployed_at',
    'last_seen_at',
    'seen_count',
    'ended_at',
    'superseded_by_id',
    'end_reason',
    'reported_by_id',
  ];
  const values = columns.map((column) => changes[column] ?? column);
  return `insert into deployment_record (${columns.join(', ')}) select ${values.join(', ')} from deployment_record where id = '${id}'`;
};
const NEXT = { id: `'rec_copy'`, seq: '99' };

test('I-1 the database refuses a second DEPLOYED record under one Deployment', async () => {
  await expect(sql(copyOf(active, NEXT))).rejects.toMatchObject({
    code: '23505',
    constraint: 'deployment_record_active',
  });
  await expect(
    sql(
      `update deployment_record set status = 'DEPLOYED', ended_at = null, superseded_by_id = null where id = $1`,
      [ended],
    ),
  ).rejects.toThrow();
});

test('I-2 no identity column of a record can change', async () => {
  const columns: Record<string, string> = {
    id: `'rec_other'`,
    organization_id: `'org_other'`,
    deployment_id: `'dep_other'`,
    environment_id: `'env_other'`,
    logical_environment_id: `'lenv_other'`,
    environment_name: `'x'`,
    logical_environment_name: `'x'`,
    name: `'x'`,
    kind: `'HELM_CHART'`,
    seq: '77',
    artifact_id: `'art_other'`,
    digest: `'x'`,
    oci_ref: `'x'`,
    origin: `'IMPORT'`,
    deployed_at: 'now()',
    reported_by_id: `'usr_other'`,
    created_at: 'now()',
  };
  for (const id of [active, ended])
    for (const [column, value] of Object.entries(columns))
      await expect(
        sql(`update deployment_record set ${column} = ${value} where id = $1`, [id]),
        column,
      ).rejects.toMatchObject({
        code: '23001',
      });
});

test('I-2 a record can neither be deleted nor truncated away', async () => {
  await expect(sql('delete from deployment_record where id = $1', [ended])).rejects.toMatchObject({
    code: '23001',
  });
  await expect(sql('truncate deployment_record')).rejects.toMatchObject({ code: '23001' });
  await expect(sql('truncate organization cascade')).rejects.toMatchObject({ code: '23001' });
  await expect(sql('delete from deployment where id = $1', [deployment])).rejects.toMatchObject({
    code: '23503',
  });
});

test('I-3 lastSeenAt and seenCount never decrease', async () => {
  await expect(
    sql(`update deployment_record set last_seen_at = last_seen_at - interval '1 ms' where id = $1`, [active]),
  ).rejects.toMatchObject({ code: '23001' });
  await expect(
    sql('update deployment_record set seen_count = seen_count - 1 where id = $1', [active]),
  ).rejects.toThrow();
  await sql(
    `update deployment_record set last_seen_at = last_seen_at + interval '1 ms', seen_count = seen_count + 1 where id = $1`,
    [active],
  );
});

test('I-4 an ended record never changes again', async () => {
  for (const change of [
    `status = 'DECOMMISSIONED', superseded_by_id = null`,
    `ended_at = now()`,
    'superseded_by_id = null',
    `end_reason = 'x'`,
    `last_seen_at = now()`,
    'seen_count = seen_count + 1',
    `status = 'DEPLOYED', ended_at = null, superseded_by_id = null`,
  ])
    await expect(
      sql(`update deployment_record set ${change} where id = $1`, [ended]),
      change,
    ).rejects.toThrow();
});

test('I-4 status and end of a record agree: DEPLOYED has no end, the others have one', async () => {
  await expect(
    sql('update deployment_record set ended_at = now() where id = $1', [active]),
  ).rejects.toMatchObject({ code: '23514' });
  await expect(
    sql(`update deployment_record set status = 'DECOMMISSIONED' where id = $1`, [active]),
  ).rejects.toMatchObject({ code: '23514' });
  await expect(
    sql(`update deployment_record set status = 'ARCHIVED', ended_at = now() where id = $1`, [active]),
  ).rejects.toMatchObject({ code: '23514' });
});

test('I-5 a record of an artifact of another organization, or of another kind, is impossible', async () => {
  const other = await addOrganization(registry, 'other');
  const [foreign] = await attested(registry, other);
  const { rows } = await sql('select id from artifact where digest = $1', [foreign]);
  const done = { ...NEXT, status: `'SUPERSEDED'`, ended_at: 'now()' };
  await expect(sql(copyOf(active, { ...done, artifact_id: `'${rows[0].id}'` }))).rejects.toMatchObject({
    code: '23503',
  });
  await expect(sql(copyOf(active, { ...done, kind: `'HELM_CHART'` }))).rejects.toMatchObject({
    code: '23503',
  });
  const organization = (await sql(`select id from organization where slug = 'other'`)).rows[0].id;
  await expect(sql(copyOf(active, { ...done, organization_id: `'${organization}'` }))).rejects.toMatchObject({
    code: '23503',
  });
});

test('I-5 the kind of an artifact that has records cannot change', async () => {
  const { rows } = await sql('select artifact_id from deployment_record where id = $1', [active]);
  await expect(
    sql(`update artifact set kind = 'HELM_CHART' where id = $1`, [rows[0].artifact_id]),
  ).rejects.toMatchObject({ code: '23503' });
});

test('I-14 the event log is append-only', async () => {
  await expect(sql(`update event set type = 'x'`)).rejects.toMatchObject({ code: '23001' });
  await expect(sql('delete from event')).rejects.toMatchObject({ code: '23001' });
  await expect(sql('truncate event')).rejects.toMatchObject({ code: '23001' });
});

test('H7 the bytes of an attestation never change and are never deleted', async () => {
  await expect(sql(`update attestation_blob set bytes = 'x'`)).rejects.toMatchObject({ code: '23001' });
  await expect(sql('delete from attestation_blob')).rejects.toMatchObject({ code: '23001' });
  await expect(sql('delete from attestation')).rejects.toMatchObject({ code: '23001' });
  await expect(sql('truncate attestation_blob cascade')).rejects.toMatchObject({ code: '23001' });
  await expect(sql('truncate attestation cascade')).rejects.toMatchObject({ code: '23001' });
});

test('6 the key of a Deployment is unique, and so are the names of places', async () => {
  const insert = `insert into deployment (id, organization_id, environment_id, logical_environment_id, name, kind)
    select 'dep_copy', organization_id, environment_id, logical_environment_id, name, kind from deployment where id = $1`;
  await expect(sql(insert, [deployment])).rejects.toMatchObject({ code: '23505' });
  await expect(
    sql(
      `insert into environment (id, organization_id, name) select 'env_copy', id, 'default' from organization limit 1`,
    ),
  ).rejects.toMatchObject({ code: '23505' });
  await expect(
    sql(
      `insert into logical_environment (id, organization_id, name) select 'lenv_copy', id, 'production' from organization limit 1`,
    ),
  ).rejects.toMatchObject({ code: '23505' });
  await expect(
    sql(
      `insert into logical_environment (id, organization_id, name) select 'lenv_copy', id, repeat('é', 64) from organization limit 1`,
    ),
  ).rejects.toMatchObject({ code: '23514' });
});

test('I-16 two organizations in one database never see each other', async () => {
  const other = await addOrganization(registry, 'rivals');
  const shared = newDigest();
  await push(registry, token, statement([shared]));
  await push(registry, token, fixture('attestations/files/slsa-delegator-v1.9.0.build.slsa'));
  const mine = await record(registry, token, {
    name: 'mine',
    digest: shared,
    project: 'mine',
    logicalEnvironment: 'my-stage',
  });
  await post(
    registry,
    token,
    'mutation { createEnvironment(input: { name: "my-env" }) { userErrors { code } } }',
  );
  const { rows } = await registry.database.pool.query(`select id from organization where slug = 'default'`);
  const tables = [
    'environment',
    'logical_environment',
    'artifact',
    'attestation',
    'workflow',
    'build_run',
    'deployment',
    'deployment_record',
    'api_token',
    'project',
    'trusted_root',
  ];
  const { rows: ids } = await registry.database.pool.query(
    tables
      .map((table) => `(select id from ${table} where organization_id = $1 limit 20)`)
      .join(' union all '),
    [rows[0].id],
  );
  expect(ids.length).toBeGreaterThan(tables.length);
  for (const { id } of ids) {
    expect(
      (await post(registry, token, 'query ($id: ID!) { node(id: $id) { id } }', { id })).data.node,
      id,
    ).toEqual({ id });
    expect(
      (await post(registry, other, 'query ($id: ID!) { node(id: $id) { id } }', { id })).data.node,
      id,
    ).toBeNull();
  }
  const { data } = await post(
    registry,
    other,
    `query ($d: String!) { artifact(digest: $d) { id } deploymentRecords { totalCount nodes { id } } deployments { totalCount }
       deployment(name: "mine", kind: FILE, logicalEnvironment: "my-stage") { id } environment(name: "my-env") { id }
       logicalEnvironment(name: "my-stage") { id } attestations { totalCount } environments { totalCount }
       apiTokens { totalCount nodes { name } } viewer { organization { slug } }
       byDigest: deploymentRecords(filter: { digests: [$d] }) { totalCount } }`,
    { d: shared },
  );
  expect(data).toEqual({
    artifact: null,
    deploymentRecords: { totalCount: 0, nodes: [] },
    deployments: { totalCount: 0 },
    deployment: null,
    environment: null,
    logicalEnvironment: null,
    attestations: { totalCount: 0 },
    environments: { totalCount: 1 },
    apiTokens: { totalCount: 1, nodes: [{ name: 'admin' }] },
    viewer: { organization: { slug: 'rivals' } },
    byDigest: { totalCount: 0 },
  });
  expect((await record(registry, other, { name: 'mine', digest: shared })).code).toBe('ARTIFACT_NOT_FOUND');
  expect(
    (await decommission(registry, other, { name: 'mine', digest: shared, logicalEnvironment: 'my-stage' }))
      .code,
  ).toBe('LOGICAL_ENVIRONMENT_NOT_FOUND');
  await push(registry, other, statement([shared]));
  expect(
    await record(registry, other, { name: 'mine', digest: shared, logicalEnvironment: 'my-stage' }),
  ).toMatchObject({
    outcome: 'CREATED',
    record: { seq: 1 },
  });
  const again = await record(registry, token, {
    name: 'mine',
    digest: shared,
    logicalEnvironment: 'my-stage',
  });
  expect(again).toMatchObject({ outcome: 'REFRESHED', record: { id: mine.record.id, seenCount: 2 } });
  const revoke = await post(
    registry,
    other,
    'mutation ($id: ID!) { revokeApiToken(input: { id: $id }) { userErrors { code } } }',
    {
      id: ids.find(({ id }) => id.startsWith('tok_')).id,
    },
  );
  expect(revoke.data.revokeApiToken.userErrors[0].code).toBe('TOKEN_NOT_FOUND');
  const att = ids.find(({ id }) => id.startsWith('att_')).id;
  const download = await fetch(`${registry.url}/attestations/${att}/download`, {
    headers: { authorization: `Bearer ${other}` },
  });
  expect(download.status).toBe(404);
});
