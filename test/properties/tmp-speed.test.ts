import { test } from 'vitest';
import fc from 'fast-check';
import { startRegistry } from '../support/registry.js';
import { registerImages } from './images.js';
import { history } from './histories.js';
import { play } from './player.js';
test('speed', async () => {
  const registry = await startRegistry({ poolSize: 24 });
  const actor = await registry.actor(registry.token);
  const world = { registry, actor, digests: await registerImages(registry, actor), base: Date.now() - 600_000 };
  const explain = async () => {
  const p = registry.database.pool;
  const { rows } = await p.query(`explain (analyze, buffers off, timing off) select d.id from unnest(array['${actor.organizationId}']::text[], (select array_agg(id) from environment), (select array_agg(id) from logical_environment where name='production'), array['x1']::text[], array['CONTAINER_IMAGE']::text[]) as i(organization_id, environment_id, logical_environment_id, name, kind)
      left join lateral (select id from deployment where organization_id = i.organization_id
        and environment_id = i.environment_id and logical_environment_id = i.logical_environment_id and name = i.name and kind = i.kind limit 1) d on true`);
  console.log(rows.map((r: any) => 'R ' + r['QUERY PLAN']).join('\n'));
  };
  for (let round = 0; round < 6; round++) {
    const hs = fc.sample(history(3), 250);
    const t0 = performance.now();
    await Promise.all(hs.map((h, i) => play(world, `t${round}-${i}`, h, 3)));
    console.log('R', round, Math.round(performance.now() - t0));
    if (round === 0 || round === 3) await explain();
    if (round === 3) await registry.database.pool.query('analyze');
    if (round === 3) await explain();
  }
  await registry.close();
}, 100000);
