import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/access/index.js';
import { isRetryable, isUnavailable } from '../../src/platform/index.js';
import { registerImages } from '../properties/images.js';
import type { Letter } from '../properties/histories.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const CALLERS = 24;
const KEYS = 12;
const KILLS = 300;
const kind = 'CONTAINER_IMAGE';

let registry: TestRegistry;
let actor: Actor;
let digests: Record<Letter, string>;
beforeAll(async () => {
  registry = await startRegistry();
  actor = await registry.actor(registry.token);
  digests = await registerImages(registry, actor);
});
afterAll(() => registry.close());

test('300 backends ended in the middle of recording: callers get an answer or a retryable error, nothing acknowledged is lost', async () => {
  const { deployments } = registry.services;
  const { pool } = registry.database;
  const seen = new Map<string, number>();
  const errors = { retryable: 0, other: [] as unknown[] };
  let created = 0;
  let running = true;
  const caller = async (): Promise<void> => {
    while (running) {
      const name = `ended-${Math.floor(Math.random() * KEYS)}`;
      const digest = digests[(['A', 'A', 'B', 'C'] as const)[Math.floor(Math.random() * 4)] as Letter];
      try {
        if (Math.random() < 0.05) await deployments.decommission(actor, { name, kind, digest });
        else {
          const { outcome, record } = await deployments.record(actor, { name, kind, digest });
          if (outcome === 'CREATED') created++;
          seen.set(record?.id ?? '', (seen.get(record?.id ?? '') ?? 0) + 1);
        }
      } catch (error) {
        const { code } = error as { code?: string };
        if (isUnavailable(error) || isRetryable(error)) errors.retryable++;
        else if (!['RECORD_NOT_ACTIVE', 'RECORD_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND'].includes(code ?? ''))
          errors.other.push(error);
      }
    }
  };
  const callers = Promise.all(Array.from({ length: CALLERS }, caller));
  let kills = 0;
  for (const end = Date.now() + 15_000; kills < KILLS && Date.now() < end; await sleep(5)) {
    const { rowCount } = await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
         and application_name = 'rollcall' and state in ('active', 'idle in transaction') order by random() limit 1`,
    );
    kills += rowCount ?? 0;
  }
  running = false;
  await callers;

  expect(kills).toBe(KILLS);
  expect(errors.other).toEqual([]);
  expect(errors.retryable).toBeGreaterThan(0);
  const { rows } = await pool.query<{ id: string; seen: number; origin: string }>(
    'select id, seen_count as seen, origin from deployment_record',
  );
  const stored = new Map(rows.map((row) => [row.id, row.seen]));
  expect([...seen].filter(([id, times]) => (stored.get(id) ?? 0) < times)).toEqual([]);
  expect(rows.filter((row) => row.origin === 'REPORT').length).toBeGreaterThanOrEqual(created);
  const { rows: broken } = await pool.query(`
    select d.name from deployment d join deployment_record r on r.deployment_id = d.id
    group by d.id having d.seq <> count(*) or count(*) filter (where r.status = 'DEPLOYED') > 1
    union all
    select r.name from deployment_record r where not exists (select from event e where e.record_id = r.id and e.type = 'RECORDED')
    union all
    select r.name from deployment_record r left join deployment_record s on s.id = r.superseded_by_id
    where r.status = 'SUPERSEDED' and (s.id is null or s.deployed_at <> r.ended_at)`);
  expect(broken).toEqual([]);
  const after = await deployments.record(actor, { name: 'afterwards', kind, digest: digests.A });
  expect(after.outcome).toBe('CREATED');
}, 40_000);
