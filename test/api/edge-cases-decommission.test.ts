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

test('G9 decommission of a digest that is not active is refused with the active one, and nothing changes', async () => {
  const [a, b] = await two();
  await record(registry, token, { name: 'g9', digest: a, observedAt: fromNow(-600) });
  await record(registry, token, { name: 'g9', digest: b, observedAt: fromNow(-60) });
  const before = await history(registry, token, { names: ['g9'] });
  const refused = await decommission(registry, token, { name: 'g9', digest: a });
  expect(refused).toMatchObject({
    outcome: null,
    record: null,
    userErrors: [{ code: 'RECORD_NOT_ACTIVE', details: { activeDigest: b } }],
  });
  expect(await history(registry, token, { names: ['g9'] })).toEqual(before);
  expect((await eventsOf('g9')).at(-1)).toBe('REFUSED');
});

test('G10 decommission of a superseded digest is refused too, also when it is a BACKFILL row', async () => {
  const [a, b] = await two();
  await record(registry, token, { name: 'g10', digest: a, observedAt: fromNow(-60) });
  await record(registry, token, { name: 'g10', digest: b, observedAt: fromNow(-600) });
  expect(await decommission(registry, token, { name: 'g10', digest: b })).toMatchObject({
    code: 'RECORD_NOT_ACTIVE',
    userErrors: [{ details: { activeDigest: a } }],
  });
});

test('G11 decommission twice is UNCHANGED, also with an older or newer instant', async () => {
  const [digest] = await two();
  await record(registry, token, { name: 'g11', digest, observedAt: fromNow(-60) });
  const first = await decommission(registry, token, { name: 'g11', digest });
  for (const observedAt of [undefined, fromNow(-600), fromNow(0)]) {
    const again = await decommission(registry, token, { name: 'g11', digest, observedAt });
    expect(again).toMatchObject({
      outcome: 'UNCHANGED',
      record: { id: first.record.id, endedAt: first.record.endedAt },
    });
  }
  expect(await eventsOf('g11')).toEqual(['RECORDED', 'DECOMMISSIONED']);
});

test('G12 decommission of an unknown Deployment, or of a digest that was never there, is not found and creates nothing', async () => {
  const [a, b] = await two();
  expect((await decommission(registry, token, { name: 'g12', digest: a })).code).toBe('DEPLOYMENT_NOT_FOUND');
  expect(
    (await decommission(registry, token, { name: 'g12', digest: a, logicalEnvironment: 'g12-nowhere' })).code,
  ).toBe('LOGICAL_ENVIRONMENT_NOT_FOUND');
  expect(
    (await decommission(registry, token, { name: 'g12', digest: a, environment: 'g12-nowhere' })).code,
  ).toBe('ENVIRONMENT_NOT_FOUND');
  await record(registry, token, { name: 'g12', digest: a });
  expect((await decommission(registry, token, { name: 'g12', digest: b })).code).toBe('RECORD_NOT_FOUND');
  expect((await decommission(registry, token, { name: 'g12', digest: newDigest() })).code).toBe(
    'RECORD_NOT_FOUND',
  );
  const { data } = await post(
    registry,
    token,
    '{ logicalEnvironment(name: "g12-nowhere") { id } environment(name: "g12-nowhere") { id } }',
  );
  expect(data).toEqual({ logicalEnvironment: null, environment: null });
});

test('G13 after a decommission: not newer is STALE, newer RECORD runs again, newer HEARTBEAT is NOT_ACTIVE', async () => {
  const [digest] = await two();
  await record(registry, token, { name: 'g13', digest, observedAt: fromNow(-600) });
  const ended = fromNow(-300);
  await decommission(registry, token, { name: 'g13', digest, observedAt: ended });
  for (const observedAt of [fromNow(-400), ended])
    for (const mode of ['RECORD', 'HEARTBEAT'])
      expect((await record(registry, token, { name: 'g13', digest, observedAt, mode })).outcome).toBe(
        'STALE',
      );
  const beat = await record(registry, token, { name: 'g13', digest, mode: 'HEARTBEAT' });
  expect(beat).toMatchObject({ code: 'NOT_ACTIVE', userErrors: [{ details: { activeDigest: null } }] });
  expect(await record(registry, token, { name: 'g13', digest })).toMatchObject({
    outcome: 'CREATED',
    record: { seq: 2 },
  });
  expect(await statuses('g13')).toEqual(['1 DECOMMISSIONED REPORT', '2 DEPLOYED REPORT']);
});

test('G13 9.4 a decommission older than the last sighting is refused and says when it was seen', async () => {
  const [digest] = await two();
  await record(registry, token, { name: 'g13-stale', digest, observedAt: fromNow(-600) });
  const seen = (await record(registry, token, { name: 'g13-stale', digest, observedAt: fromNow(-60) })).record
    .lastSeenAt;
  const refused = await decommission(registry, token, {
    name: 'g13-stale',
    digest,
    observedAt: fromNow(-300),
  });
  expect(refused).toMatchObject({
    code: 'DECOMMISSION_STALE',
    userErrors: [{ details: { lastSeenAt: seen } }],
  });
  expect(await statuses('g13-stale')).toEqual(['1 DEPLOYED REPORT']);
});
