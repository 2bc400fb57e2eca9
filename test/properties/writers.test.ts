import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/access/index.js';
import { createRegistry, type Registry } from '../../src/embed.js';
import { isRetryable, RollcallError } from '../../src/platform/index.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import type { Letter } from './histories.js';
import { registerImages } from './images.js';

const WRITERS = 50;
const KEYS = 6;
const SECONDS = 5;
const kind = 'CONTAINER_IMAGE';

let first: TestRegistry;
let second: Registry;
let actor: Actor;
let digests: Record<Letter, string>;
beforeAll(async () => {
  first = await startRegistry();
  second = await createRegistry({ databaseUrl: first.database.url, migrate: 'off', poolSize: 8 });
  actor = await first.actor(first.token);
  digests = await registerImages(first, actor);
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;

test('12.3 50 writers over two servers: never two active records, every answer counted once, no deadlock escapes', async () => {
  const counts: Record<string, number> = {};
  const escaped: unknown[] = [];
  const count = (answer: { outcome: string } | Error): void => {
    const code =
      answer instanceof RollcallError ? answer.code : answer instanceof Error ? 'THROWN' : answer.outcome;
    counts[code] = (counts[code] ?? 0) + 1;
    if (code === 'THROWN' || isRetryable(answer)) escaped.push(answer);
  };
  const until = Date.now() + SECONDS * 1_000;
  const input = () => ({
    name: `hot-${Math.floor(Math.random() ** 2 * KEYS)}`,
    kind,
    digest: digests[pick(['A', 'A', 'B', 'C'] as const)],
    observedAt: Math.random() < 0.2 ? new Date(Date.now() - Math.random() * 50).toISOString() : null,
    mode: Math.random() < 0.2 ? 'HEARTBEAT' : 'RECORD',
  });
  const writer = async (registry: Registry): Promise<void> => {
    const { deployments } = registry.services;
    while (Date.now() < until) {
      const kindOfCall = Math.random();
      if (kindOfCall < 0.1)
        (await deployments.recordMany(actor, Array.from({ length: 8 }, input))).forEach(count);
      else if (kindOfCall < 0.15) {
        const { name, digest } = input();
        await deployments.decommission(actor, { name, kind, digest }).then(
          () => {},
          (error: Error) => {
            if (!(error instanceof RollcallError)) count(error);
          },
        );
      } else await deployments.record(actor, input()).then(count, count);
    }
  };
  let watching = true;
  const twice: unknown[] = [];
  const watch = async (): Promise<void> => {
    while (watching) {
      const { rows } = await first.database.pool.query(
        `select deployment_id from deployment_record where status = 'DEPLOYED' group by 1 having count(*) > 1`,
      );
      twice.push(...rows);
      await sleep(20);
    }
  };
  const watched = watch();
  await Promise.all(Array.from({ length: WRITERS }, (_, i) => writer(i % 2 ? first : second)));
  watching = false;
  await watched;

  expect(twice).toEqual([]);
  expect(escaped).toEqual([]);
  expect(Object.keys(counts).sort()).toEqual(
    expect.arrayContaining(['CREATED', 'NOT_ACTIVE', 'REFRESHED', 'STALE']),
  );
  const { rows } = await first.database.pool.query<{ reports: number; seen: number }>(
    `select count(*)::int as reports, sum(seen_count)::int as seen from deployment_record
     where name like 'hot-%' and origin = 'REPORT'`,
  );
  expect(rows[0]).toEqual({
    reports: counts['CREATED'],
    seen: (counts['CREATED'] ?? 0) + (counts['REFRESHED'] ?? 0) + (counts['UNCHANGED'] ?? 0),
  });
}, 30_000);

test('I-1, I-3 what 50 writers left is one unbroken chain of records a Deployment', async () => {
  const { rows: broken } = await first.database.pool.query(`
    select d.name from deployment d where d.seq <> (select max(seq) from deployment_record r where r.deployment_id = d.id)
      or d.seq <> (select count(*) from deployment_record r where r.deployment_id = d.id)
    union all
    select r.name from deployment_record r join deployment_record s on s.id = r.superseded_by_id
    where s.deployment_id <> r.deployment_id or s.seq <= r.seq or s.deployed_at <> r.ended_at
    union all
    select r.name from deployment_record r join deployment d on d.id = r.deployment_id
    where r.status <> 'DEPLOYED' and r.last_seen_at > d.observed_max`);
  expect(broken).toEqual([]);
});

test('G2 the same digest recorded by two servers at once under a new Deployment is one record and one heartbeat', async () => {
  for (let round = 0; round < 40; round++) {
    const input = { name: `new-${round}`, kind, digest: digests.A };
    const answers = await Promise.all(
      [first, second].map(({ services }) => services.deployments.record(actor, input)),
    );
    expect(answers.map(({ outcome }) => outcome).filter((outcome) => outcome === 'CREATED')).toHaveLength(1);
    expect(new Set(answers.map(({ record }) => record?.id)).size).toBe(1);
  }
  const { rows } = await first.database.pool.query(
    `select seen_count from deployment_record where name like 'new-%' and seen_count <> 2`,
  );
  expect(rows).toEqual([]);
});

test('G1 two digests recorded by two servers at once leave two rows, one of them active', async () => {
  for (let round = 0; round < 40; round++) {
    const name = `both-${round}`;
    await Promise.all([
      first.services.deployments.record(actor, { name, kind, digest: digests.A }),
      second.services.deployments.record(actor, { name, kind, digest: digests.B }),
    ]);
    const { rows } = await first.database.pool.query<{ status: string }>(
      'select status from deployment_record where name = $1 order by seq',
      [name],
    );
    expect(rows.map(({ status }) => status)).toEqual(['SUPERSEDED', 'DEPLOYED']);
  }
});

test('G15 two servers that record an artifact of unknown kind as two kinds: one wins, the other gets ARTIFACT_KIND_MISMATCH', async () => {
  const codes: string[] = [];
  for (let round = 0; round < 40; round++) {
    const digest = `sha256:${round.toString(16).padStart(64, '0')}`;
    await first.database.pool.query(
      'insert into artifact (id, organization_id, digest) values ($1, $2, $3)',
      [`art_unknown_${round}`, actor.organizationId, digest],
    );
    const tries = await Promise.allSettled([
      first.services.deployments.record(actor, { name: `kind-${round}`, kind: 'FILE', digest }),
      second.services.deployments.record(actor, { name: `kind-${round}`, kind: 'HELM_CHART', digest }),
    ]);
    codes.push(
      tries
        .map((each) => (each.status === 'fulfilled' ? each.value.outcome : (each.reason.code as string)))
        .sort()
        .join(),
    );
  }
  expect([...new Set(codes)]).toEqual(['ARTIFACT_KIND_MISMATCH,CREATED']);
});
