import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/access/index.js';
import { createRegistry, type Registry } from '../../src/embed.js';
import type { Letter } from '../properties/histories.js';
import { registerImages } from '../properties/images.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const kind = 'CONTAINER_IMAGE';
let registry: TestRegistry;
let second: Registry;
let actor: Actor;
let digests: Record<Letter, string>;
beforeAll(async () => {
  registry = await startRegistry();
  second = await createRegistry({ databaseUrl: registry.database.url, migrate: 'off', poolSize: 4 });
  actor = await registry.actor(registry.token);
  digests = await registerImages(registry, actor);
});
afterAll(async () => {
  await second.close();
  await registry.close();
});

const rowsOf = async (name: string) =>
  (
    await registry.database.pool.query<{
      digest: string;
      status: string;
      seen: number;
      deployedAt: Date;
      endedAt: Date | null;
    }>(
      `select digest, status, seen_count as seen, deployed_at as "deployedAt", ended_at as "endedAt"
       from deployment_record where name = $1 order by seq`,
      [name],
    )
  ).rows;

test('12.2 a message that arrives twice with its Idempotency-Key, at two servers at once, is recorded once', async () => {
  for (let round = 0; round < 30; round++) {
    const input = { name: `twice-${round}`, kind, digest: digests.A, idempotencyKey: `message-${round}` };
    const answers = await Promise.all(
      [registry, second].map(({ services }) => services.deployments.record(actor, input)),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(['CREATED', 'CREATED']);
    expect(answers[0]?.record?.id).toBe(answers[1]?.record?.id);
    expect(await rowsOf(input.name)).toMatchObject([{ status: 'DEPLOYED', seen: 1 }]);
  }
});

test('12.2 a message that arrives late a second time does not undo what came after it', async () => {
  const { deployments } = registry.services;
  const at = (seconds: number): string => new Date(Date.now() - 60_000 + seconds * 1_000).toISOString();
  const first = { name: 'late', kind, digest: digests.A, observedAt: at(0) };
  await deployments.record(actor, first);
  await deployments.record(actor, { ...first, digest: digests.B, observedAt: at(5) });
  const before = await rowsOf('late');
  expect((await deployments.record(actor, first)).outcome).toBe('STALE');
  expect(await rowsOf('late')).toEqual(before);
});

test('G11 a decommission that arrives twice is answered twice and done once', async () => {
  const { deployments } = registry.services;
  const input = { name: 'ended-twice', kind, digest: digests.A };
  await deployments.record(actor, input);
  expect((await deployments.decommission(actor, input)).outcome).toBe('DECOMMISSIONED');
  const before = await rowsOf(input.name);
  expect((await deployments.decommission(actor, input)).outcome).toBe('UNCHANGED');
  expect(await rowsOf(input.name)).toEqual(before);
});

test('9.4 a refused decommission gives its Idempotency-Key back: the caller may repeat it', async () => {
  const { deployments } = registry.services;
  const input = { name: 'refused-key', kind, digest: digests.A, idempotencyKey: 'refused-key' };
  await deployments.record(actor, { ...input, digest: digests.B, idempotencyKey: null });
  await expect(deployments.decommission(actor, input)).rejects.toMatchObject({ code: 'RECORD_NOT_FOUND' });
  await deployments.record(actor, { ...input, idempotencyKey: null });
  expect((await deployments.decommission(actor, input)).outcome).toBe('DECOMMISSIONED');
});

test('a clock that was set back: calls without observedAt count in the order in which they arrive', async () => {
  const { deployments } = registry.services;
  const { pool } = registry.database;
  const input = { name: 'clock', kind, digest: digests.A };
  const { record } = await deployments.record(actor, input);
  // As if the last heartbeat had been taken while the clock of the database was four minutes ahead.
  const ahead = new Date(Date.now() + 240_000);
  await pool.query('update deployment_record set last_seen_at = $2 where id = $1', [record?.id, ahead]);
  await pool.query('update deployment set observed_max = $2 where id = $1', [record?.deploymentId, ahead]);

  const again = await deployments.record(actor, input);
  expect([again.outcome, again.record?.lastSeenAt]).toEqual(['UNCHANGED', ahead.toISOString()]);
  const now = new Date().toISOString();
  expect((await deployments.record(actor, { ...input, digest: digests.C, observedAt: now })).outcome).toBe(
    'STALE',
  );
  const other = await deployments.record(actor, { ...input, digest: digests.B });
  expect([other.outcome, other.record?.deployedAt]).toEqual(['CREATED', ahead.toISOString()]);
  expect((await deployments.decommission(actor, { ...input, digest: digests.B })).outcome).toBe(
    'DECOMMISSIONED',
  );
  const back = await deployments.record(actor, input);
  expect([back.outcome, back.record?.deployedAt]).toEqual([
    'CREATED',
    new Date(ahead.getTime() + 1).toISOString(),
  ]);
  const rows = (await rowsOf('clock')).filter((row) => row.digest !== digests.C);
  expect(rows.map(({ status }) => status)).toEqual(['SUPERSEDED', 'DECOMMISSIONED', 'DEPLOYED']);
  for (const row of rows)
    expect((row.endedAt ?? row.deployedAt).getTime()).toBeGreaterThanOrEqual(row.deployedAt.getTime());
});
