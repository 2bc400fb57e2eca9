import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attested,
  base64,
  decommission,
  fromNow,
  history,
  newDigest,
  post,
  push,
  record,
  startRegistry,
  statement,
  type TestRegistry,
} from '../support/registry.js';
import { eventsOf as eventsIn, statusesOf } from './edge-cases-helpers.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

const two = async (): Promise<[string, string]> => (await attested(registry, token, 2)) as [string, string];
const eventsOf = (name: string) => eventsIn(registry, name);
const statuses = (name: string) => statusesOf(registry, name);

test('G3 a heartbeat with an older timestamp is UNCHANGED and lastSeenAt does not move', async () => {
  const [digest] = await two();
  const created = await record(registry, token, { name: 'g3', digest, observedAt: fromNow(-60) });
  for (const mode of ['RECORD', 'HEARTBEAT']) {
    const older = await record(registry, token, { name: 'g3', digest, observedAt: fromNow(-600), mode });
    expect(older).toMatchObject({ outcome: 'UNCHANGED', record: { lastSeenAt: created.record.lastSeenAt } });
    expect(older.record.deployedAt).toBe(created.record.deployedAt);
  }
});

test('G4 an older timestamp with another digest is STALE: what is active stays, one BACKFILL row at most', async () => {
  const [a, b] = await two();
  await record(registry, token, { name: 'g4', digest: a, observedAt: fromNow(-60) });
  const at = fromNow(-600);
  const late = await record(registry, token, { name: 'g4', digest: b, observedAt: at });
  expect(late).toMatchObject({
    outcome: 'STALE',
    record: {
      origin: 'BACKFILL',
      status: 'SUPERSEDED',
      deployedAt: at,
      lastSeenAt: at,
      endedAt: at,
      supersededBy: null,
    },
  });
  const again = await record(registry, token, { name: 'g4', digest: b, observedAt: fromNow(-500) });
  expect(again).toMatchObject({ outcome: 'STALE', record: { id: late.record.id, deployedAt: at } });
  expect(await statuses('g4')).toEqual(['1 DEPLOYED REPORT', '2 SUPERSEDED BACKFILL']);
  expect(await eventsOf('g4')).toEqual(['RECORDED', 'STALE', 'STALE']);
});

test('G5 older than the last heartbeat but newer than the start of the active record is STALE', async () => {
  const [a, b] = await two();
  await record(registry, token, { name: 'g5', digest: a, observedAt: fromNow(-600) });
  await record(registry, token, { name: 'g5', digest: a, observedAt: fromNow(-60) });
  expect((await record(registry, token, { name: 'g5', digest: b, observedAt: fromNow(-300) })).outcome).toBe(
    'STALE',
  );
  expect((await history(registry, token, { names: ['g5'], statuses: ['DEPLOYED'] }))[0].artifact.digest).toBe(
    a,
  );
});

test('G6 a clock an hour ahead is refused, one four minutes ahead counts as now, ten years ago is a fact', async () => {
  const [a, b] = await two();
  const ahead = await record(registry, token, { name: 'g6', digest: a, observedAt: fromNow(3600) });
  expect(ahead.userErrors[0]).toMatchObject({ code: 'OBSERVED_AT_IN_FUTURE', field: ['observedAt'] });
  expect(ahead.userErrors[0]?.details.serverTime).toBeDefined();
  expect(await history(registry, token, { names: ['g6'] })).toEqual([]);
  const clamped = await record(registry, token, { name: 'g6', digest: a, observedAt: fromNow(240) });
  expect(clamped.outcome).toBe('CREATED');
  expect(Date.parse(clamped.record.deployedAt)).toBeLessThanOrEqual(Date.now() + 1000);
  const beat = await record(registry, token, { name: 'g6', digest: a, observedAt: fromNow(240) });
  expect(beat.code).toBeNull();
  expect(Date.parse(beat.record.lastSeenAt)).toBeLessThanOrEqual(Date.now() + 1000);
  expect((await record(registry, token, { name: 'g6', digest: a, observedAt: fromNow(3600) })).code).toBe(
    'OBSERVED_AT_IN_FUTURE',
  );
  expect(
    (await decommission(registry, token, { name: 'g6', digest: a, observedAt: fromNow(3600) })).code,
  ).toBe('OBSERVED_AT_IN_FUTURE');
  const old = fromNow(-10 * 365 * 86_400);
  expect(await record(registry, token, { name: 'g6-old', digest: b, observedAt: old })).toMatchObject({
    outcome: 'CREATED',
    record: { deployedAt: old },
  });
});

test('G7 the third switch of the digest within 15 minutes adds a FLAPPING event, switches of long ago do not', async () => {
  const [a, b] = await two();
  for (const digest of [a, b, a, b, a])
    expect((await record(registry, token, { name: 'g7', digest })).outcome).toBe('CREATED');
  const events = await eventsOf('g7');
  expect(events.filter((type) => type === 'FLAPPING')).toHaveLength(2);
  expect(events.slice(0, 6)).toEqual([
    'RECORDED',
    'SUPERSEDED',
    'RECORDED',
    'SUPERSEDED',
    'RECORDED',
    'SUPERSEDED',
  ]);
  for (const [i, digest] of [a, b, a, b, a].entries())
    await record(registry, token, { name: 'g7-slow', digest, observedAt: fromNow(-100_000 + i * 10_000) });
  expect(await eventsOf('g7-slow')).not.toContain('FLAPPING');
});

test('G8 silence changes no status; staleSince tells since when, and the filter finds it', async () => {
  const [a, b] = await two();
  const days = 4 * 86_400;
  const silent = await record(registry, token, { name: 'g8', digest: a, observedAt: fromNow(-days) });
  await record(registry, token, { name: 'g8-fresh', digest: b });
  const { data } = await post(
    registry,
    token,
    `{
    stale: deploymentRecords(filter: { names: ["g8", "g8-fresh"], stale: true }) { nodes { id status staleSince } totalCount }
    fresh: deploymentRecords(filter: { names: ["g8", "g8-fresh"], stale: false }) { nodes { deployment { name } staleSince } } }`,
  );
  const since = new Date(Date.parse(silent.record.lastSeenAt) + 259_200_000).toISOString();
  expect(data.stale).toEqual({
    nodes: [{ id: silent.record.id, status: 'DEPLOYED', staleSince: since }],
    totalCount: 1,
  });
  expect(data.fresh.nodes).toEqual([{ deployment: { name: 'g8-fresh' }, staleSince: null }]);
});

test('G13 9.2 a heartbeat of a digest that is not active is NOT_ACTIVE and names the active one', async () => {
  const [a, b] = await two();
  await record(registry, token, { name: 'g13-beat', digest: a });
  const refused = await record(registry, token, { name: 'g13-beat', digest: b, mode: 'HEARTBEAT' });
  expect(refused).toMatchObject({ code: 'NOT_ACTIVE', userErrors: [{ details: { activeDigest: a } }] });
  expect(await statuses('g13-beat')).toEqual(['1 DEPLOYED REPORT']);
});

test('G14 A, B, A gives three rows, and the first A stays SUPERSEDED', async () => {
  const [a, b] = await two();
  const made = [];
  for (const digest of [a, b, a]) made.push(await record(registry, token, { name: 'g14', digest }));
  expect(await statuses('g14')).toEqual(['1 SUPERSEDED REPORT', '2 SUPERSEDED REPORT', '3 DEPLOYED REPORT']);
  expect(made[2]?.record.id).not.toBe(made[0]?.record.id);
});

test('G15 a kind that differs from that of the artifact is refused and no Deployment is created', async () => {
  const [digest] = await two();
  await record(registry, token, { name: 'g15', digest, kind: 'HELM_CHART' });
  const refused = await record(registry, token, { name: 'g15-other', digest, kind: 'CONTAINER_IMAGE' });
  expect(refused).toMatchObject({
    code: 'ARTIFACT_KIND_MISMATCH',
    userErrors: [{ field: ['kind'], details: { kind: 'HELM_CHART' } }],
  });
  const { rowCount } = await registry.database.pool.query(`select from deployment where name = 'g15-other'`);
  expect(rowCount).toBe(0);
});

test('G16 the same name with two kinds is two Deployments, both active', async () => {
  const [image, chart] = await two();
  await record(registry, token, { name: 'g16', digest: image, kind: 'CONTAINER_IMAGE' });
  await record(registry, token, { name: 'g16', digest: chart, kind: 'HELM_CHART' });
  expect(await history(registry, token, { names: ['g16'], statuses: ['DEPLOYED'] })).toHaveLength(2);
});

test('G17 a platform digest of the active index counts as a heartbeat, any other digest supersedes it', async () => {
  const blobs = new URL('../fixtures/attestations/oci/v2.0.0/blobs/sha256/', import.meta.url);
  const index = '55aee984fd6b1d0e0a19a55265d10d40063a2212bdbabd75b202b1728236548d';
  const platform = 'sha256:5fa774f16f1c8f4dfa3aa916a3ac9b81e6c59be9339489967d908901770ba530';
  const registered = await post(
    registry,
    token,
    `mutation ($input: RegisterArtifactInput!) { registerArtifact(input: $input) {
       artifact { digest kind platforms { digest indexes { digest } } } userErrors { code } } }`,
    { input: { manifest: base64(readFileSync(new URL(index, blobs))), name: 'rekor' } },
  );
  const { artifact } = registered.data.registerArtifact;
  expect(artifact).toMatchObject({ digest: `sha256:${index}`, kind: 'CONTAINER_IMAGE' });
  expect(artifact.platforms).toContainEqual({ digest: platform, indexes: [{ digest: `sha256:${index}` }] });
  const image = { name: 'g17', kind: 'CONTAINER_IMAGE' };
  expect((await record(registry, token, { ...image, digest: platform })).code).toBe('ARTIFACT_NOT_FOUND');
  await push(registry, token, statement([`sha256:${index}`]));
  const created = await record(registry, token, { ...image, digest: `sha256:${index}` });
  expect(created.outcome).toBe('CREATED');
  for (const mode of ['RECORD', 'HEARTBEAT']) {
    const beat = await record(registry, token, { ...image, digest: platform, mode });
    expect(beat).toMatchObject({
      record: { id: created.record.id, artifact: { digest: `sha256:${index}` } },
    });
    expect(['REFRESHED', 'UNCHANGED']).toContain(beat.outcome);
  }
  const [other] = await two();
  expect((await record(registry, token, { ...image, digest: other })).outcome).toBe('CREATED');
  expect(await statuses('g17')).toEqual(['1 SUPERSEDED REPORT', '2 DEPLOYED REPORT']);
});

test('G18 a tag that moves changes no record; the history of references is kept', async () => {
  const [a, b] = await two();
  const tag = 'registry.example.com/shop/g18:latest';
  const first = await record(registry, token, { name: 'g18', digest: a, ociRef: tag });
  await record(registry, token, { name: 'g18', digest: b, ociRef: tag });
  await record(registry, token, { name: 'g18', digest: a, ociRef: 'registry.example.com/shop/g18:v1' });
  const rows = await history(registry, token, { names: ['g18'] });
  expect(rows.find((row) => row.id === first.record.id)).toMatchObject({
    ociRef: tag,
    artifact: { digest: a },
  });
  const refs = async (d: string): Promise<string[]> =>
    (
      await post(
        registry,
        token,
        'query ($d: String!) { artifact(digest: $d) { refs { ociRef resolvedBy { name } } } }',
        { d },
      )
    ).data.artifact.refs.map((ref: any) => ref.ociRef);
  expect((await refs(a)).sort()).toEqual([tag, 'registry.example.com/shop/g18:v1']);
  expect(await refs(b)).toEqual([tag]);
});

test('G19 a reference that names another digest is refused, and so is one outside the grammar', async () => {
  const [a, b] = await two();
  for (const ociRef of [
    `registry.example.com/x@${b}`,
    'UPPER/case',
    'a b',
    '',
    'x@sha256:12',
    'héllo/x',
    `${'a'.repeat(1025)}`,
  ])
    expect(await record(registry, token, { name: 'g19', digest: a, ociRef })).toMatchObject({
      code: 'INVALID_REFERENCE',
      userErrors: [{ field: ['ociRef'] }],
    });
  expect((await record(registry, token, { name: 'g19', digest: newDigest() })).code).toBe(
    'ARTIFACT_NOT_FOUND',
  );
  expect(await history(registry, token, { names: ['g19'] })).toEqual([]);
});

test('G20 a Deployment has one owner: another project is refused, nothing of it is left behind', async () => {
  const [a, b] = await two();
  await record(registry, token, { name: 'g20', digest: a, project: 'shop' });
  const refused = await record(registry, token, { name: 'g20', digest: b, project: 'bank' });
  expect(refused).toMatchObject({ code: 'DEPLOYMENT_OWNED_ELSEWHERE', record: null });
  expect((await record(registry, token, { name: 'g20', digest: a, project: 'bank' })).code).toBe(
    'DEPLOYMENT_OWNED_ELSEWHERE',
  );
  expect((await registry.database.pool.query(`select from project where slug = 'bank'`)).rowCount).toBe(0);
  expect((await record(registry, token, { name: 'g20', digest: b, project: 'shop' })).outcome).toBe(
    'CREATED',
  );
  expect((await record(registry, token, { name: 'g20', digest: a })).outcome).toBe('CREATED');
  expect(await statuses('g20')).toHaveLength(3);
});

test('G20 an unowned Deployment is taken by the first project that names it, also with a digest that runs already', async () => {
  const [digest] = await two();
  await record(registry, token, { name: 'g20-late', digest });
  expect(
    (await record(registry, token, { name: 'g20-late', digest, project: 'bank', mode: 'HEARTBEAT' })).code,
  ).toBeNull();
  expect((await record(registry, token, { name: 'g20-late', digest, project: 'shop' })).code).toBeNull();
  expect((await record(registry, token, { name: 'g20-late', digest, project: 'bank' })).code).toBe(
    'DEPLOYMENT_OWNED_ELSEWHERE',
  );
  expect((await registry.database.pool.query(`select from project where slug = 'bank'`)).rowCount).toBe(0);
  expect(await statuses('g20-late')).toEqual(['1 DEPLOYED REPORT']);
});
