import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attested,
  fromNow,
  history,
  record,
  startPeer,
  startRegistry,
  type TestRegistry,
} from '../support/registry.js';

let registry: TestRegistry;
let peer: Awaited<ReturnType<typeof startPeer>>;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  peer = await startPeer(registry);
  token = registry.token;
});
afterAll(async () => {
  await peer.close();
  await registry.close();
});

const two = async (): Promise<[string, string]> => (await attested(registry, token, 2)) as [string, string];
const eventsOf = async (name: string): Promise<string[]> =>
  (
    await registry.database.pool.query(
      `select e.type from event e join deployment d on d.id = e.deployment_id where d.name = $1 order by e.seq`,
      [name],
    )
  ).rows.map((row) => row.type);
test('G1 50 parallel recordings of different digests through two servers: all have a row, exactly one is active', async () => {
  const digests = await attested(registry, token, 50);
  const answers = await Promise.all(
    digests.map((digest, i) => record(i % 2 ? peer : registry, token, { name: 'g1', digest })),
  );
  expect(answers.map((answer) => answer.code)).toEqual(Array(50).fill(null));
  const rows = await history(registry, token, { names: ['g1'] });
  expect(new Set(rows.map((row) => row.artifact.digest)).size).toBe(50);
  const active = rows.filter((row) => row.status === 'DEPLOYED');
  expect(active).toHaveLength(1);
  expect(rows.map((row) => row.seq).sort((a, b) => a - b)).toEqual(
    Array.from({ length: rows.length }, (_, i) => i + 1),
  );
  for (const row of rows)
    if (row.status === 'SUPERSEDED' && row.origin === 'REPORT') expect(row.supersededBy).not.toBeNull();
});

test('G1 of two recordings at once the newer observation wins, whichever arrives first', async () => {
  for (const [i, order] of [
    [0, 1],
    [1, 0],
  ].entries()) {
    const [old, young] = await two();
    const calls = [
      { name: `g1-${i}`, digest: old, observedAt: fromNow(-60) },
      { name: `g1-${i}`, digest: young, observedAt: fromNow(-30) },
    ];
    await Promise.all(
      order.map((n) => record(n ? peer : registry, token, calls[n] as object as Record<string, unknown>)),
    );
    const rows = await history(registry, token, { names: [`g1-${i}`] });
    expect(rows.filter((row) => row.status === 'DEPLOYED').map((row) => row.artifact.digest)).toEqual([
      young,
    ]);
    expect(rows).toHaveLength(2);
  }
});

test('G2 the same digest recorded 50 times at once under a new Deployment makes one record and 49 heartbeats', async () => {
  const [digest] = await two();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => record(i % 2 ? peer : registry, token, { name: 'g2', digest })),
  );
  expect(answers.filter((answer) => answer.outcome === 'CREATED')).toHaveLength(1);
  expect(answers.filter((answer) => answer.code !== null)).toEqual([]);
  const rows = await history(registry, token, { names: ['g2'] });
  expect(rows).toMatchObject([{ status: 'DEPLOYED', seenCount: 50 }]);
  expect(await eventsOf('g2')).toEqual(['RECORDED']);
});

test('G15 two first recordings at once that name different kinds: one says the kind, the other is a mismatch', async () => {
  for (let round = 0; round < 10; round++) {
    const [digest] = await two();
    const name = `g15-race-${round}`;
    const answers = await Promise.all([
      record(registry, token, { name, digest, kind: 'FILE' }),
      record(peer, token, { name, digest, kind: 'HELM_CHART' }),
      record(registry, token, { name, digest, kind: 'OCI_ARTIFACT' }),
    ]);
    expect(answers.map((answer) => answer.code ?? answer.outcome).sort()).toEqual([
      'ARTIFACT_KIND_MISMATCH',
      'ARTIFACT_KIND_MISMATCH',
      'CREATED',
    ]);
    const { rowCount } = await registry.database.pool.query('select from deployment where name = $1', [name]);
    expect(rowCount).toBe(1);
  }
});

test('G20 two projects that claim one new Deployment at once: one wins, the other is refused', async () => {
  const [digest] = await two();
  const answers = await Promise.all([
    record(registry, token, { name: 'g20-race', digest, project: 'left' }),
    record(peer, token, { name: 'g20-race', digest, project: 'right' }),
  ]);
  expect(answers.map((answer) => answer.code ?? 'ok').sort()).toEqual(['DEPLOYMENT_OWNED_ELSEWHERE', 'ok']);
});
