import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { history, recordings, shuffled, type Step } from './histories.js';
import { registerImages } from './images.js';
import { compareRows, play, type World } from './player.js';

const HISTORIES_AT_ONCE = 250;
/** Images and an index, without its platform manifests: those leave no record of their own while the index is active. */
const WHOLE = ['A', 'B', 'C', 'X'] as const;

let registry: TestRegistry;
let world: World;
let count = 0;
beforeAll(async () => {
  registry = await startRegistry({ poolSize: 24 });
  const actor = await registry.actor(registry.token);
  world = { registry, actor, digests: await registerImages(registry, actor), base: Date.now() - 600_000 };
});
afterAll(() => registry.close());

test('9.2 to 9.4 2,000 random histories, single and bulk, over several Deployments end as the model says', async () => {
  const places = 3;
  await fc.assert(
    fc.asyncProperty(
      fc.array(history(places), { minLength: HISTORIES_AT_ONCE, maxLength: HISTORIES_AT_ONCE, size: 'max' }),
      async (histories) => {
        // What autovacuum does within a minute: the plans for many Deployments.
        if (count === HISTORIES_AT_ONCE) await registry.database.pool.query('analyze');
        const played = await Promise.all(
          histories.map((each) => play(world, `history-${count++}`, each, places)),
        );
        const wrong = played.flatMap((each, i) =>
          each.differences.map((difference) => `${difference}\n  in ${JSON.stringify(histories[i])}`),
        );
        expect(wrong.slice(0, 3)).toEqual([]);
        expect((await compareRows(world, registry.database.pool, played)).slice(0, 3)).toEqual([]);
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
}, 60_000);

test('12.1 200 sets of recordings end the same in each of five orders, delivered one by one and all at once', async () => {
  const { deployments } = registry.services;
  await fc.assert(
    fc.asyncProperty(
      fc.array(recordings(['A', 'B', 'C']), { minLength: 50, maxLength: 50, size: 'max' }),
      async (sets) => {
        const names: string[] = [];
        await Promise.all(
          sets.flatMap((set) =>
            [0, 1, 2, 3, 4].map(async (order) => {
              const name = `confluence-${count++}`;
              names[sets.indexOf(set) * 5 + order] = name;
              const calls = shuffled(set, order + count).map(({ letter, at }) => ({
                name,
                kind: 'CONTAINER_IMAGE',
                digest: world.digests[letter],
                observedAt: new Date(world.base + at * 1_000).toISOString(),
              }));
              if (order < 2) for (const call of calls) await deployments.record(world.actor, call);
              else await Promise.all(calls.map((call) => deployments.record(world.actor, call)));
            }),
          ),
        );
        const { rows } = await registry.database.pool.query<{ name: string; digest: string; at: Date }>(
          `select name, digest, last_seen_at as at from deployment_record where status = 'DEPLOYED' and name = any($1)`,
          [names],
        );
        const found = new Map(
          rows.map((row) => [row.name, `${row.digest} ${row.at.getTime() - world.base}`]),
        );
        expect(names.map((name) => found.get(name))).toEqual(
          sets.flatMap((set) => {
            const newest = set.reduce((a, b) => (b.at > a.at ? b : a));
            return Array.from({ length: 5 }, () => `${world.digests[newest.letter]} ${newest.at * 1_000}`);
          }),
        );
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
}, 60_000);

test('12.2 replaying any call of 200 histories changes no row except lastSeenAt with its counter, and events', async () => {
  const dump = async (names: string[]): Promise<string> => {
    const { rows } = await registry.database.pool.query<{ row: string }>(
      `select (to_jsonb(r) - 'last_seen_at' - 'seen_count')::text as row from deployment_record r where organization_id = $2 and r.name = any($1)
       union all select (to_jsonb(d))::text from deployment d where organization_id = $2 and d.name = any($1) order by 1`,
      [names, world.actor.organizationId],
    );
    return rows.map((each) => each.row).join('\n');
  };
  const replay = async (id: string, steps: Step[]): Promise<string[]> => {
    const wrong: string[] = [];
    for (const [i, each] of steps.entries()) {
      const action = 'single' in each ? each.single : each.bulk[0];
      const input = {
        name: id,
        kind: 'CONTAINER_IMAGE',
        digest: world.digests[action?.letter ?? 'A'],
        observedAt:
          typeof action?.when === 'object'
            ? new Date(world.base + action.when.past * 1_000).toISOString()
            : null,
      };
      const call = (): Promise<unknown> =>
        action?.type === 'decommission'
          ? registry.services.deployments.decommission(world.actor, input)
          : registry.services.deployments.record(world.actor, {
              ...input,
              mode: action?.type === 'heartbeat' ? 'HEARTBEAT' : 'RECORD',
            });
      await call().catch(() => {});
      const once = await dump([id]);
      await call().catch(() => {});
      const twice = await dump([id]);
      if (once !== twice) wrong.push(`step ${i} of ${JSON.stringify(steps)}:\n${once}\nbecame\n${twice}`);
    }
    return wrong;
  };
  const histories = fc.sample(history(1), 200);
  const wrong = await Promise.all(histories.map((each) => replay(`replay-${count++}`, each)));
  expect(wrong.flat().slice(0, 2)).toEqual([]);
}, 60_000);

test('12.2 in a history with distinct instants a repetition of every earlier call changes no row but the counter', async () => {
  const sets = fc.sample(recordings(WHOLE), 100);
  const names = sets.map(() => `repeat-${count++}`);
  const send = (
    place: number,
    { letter, at }: { letter: (typeof WHOLE)[number]; at: number },
  ): Promise<unknown> =>
    registry.services.deployments.record(world.actor, {
      name: names[place] as string,
      kind: 'CONTAINER_IMAGE',
      digest: world.digests[letter],
      observedAt: new Date(world.base + at * 1_000).toISOString(),
    });
  const dump = async (): Promise<unknown[]> =>
    (
      await registry.database.pool.query(
        `select to_jsonb(r) - 'seen_count' as row from deployment_record r where name = any($1) order by id`,
        [names],
      )
    ).rows;
  await Promise.all(
    sets.map(async (set, i) => {
      for (const each of set) await send(i, each);
    }),
  );
  const before = await dump();
  await Promise.all(sets.flatMap((set, i) => set.map((each) => send(i, each))));
  expect(await dump()).toEqual(before);
});
