import { TEMPLATE } from './template.mjs';

/**
 * A copy of the template with `records` records in all, spread over its Deployments one second apart, each ended by the
 * next one of its Deployment. Indexes are built afterwards and triggers sleep meanwhile: only reads are measured here.
 */
export async function makeHistory(cluster, database, records) {
  await cluster.create(database, TEMPLATE);
  const indexes = await cluster.run(
    database,
    `select indexname as name, indexdef as definition from pg_indexes
     where tablename = 'deployment_record' and indexname not in
       (select conname from pg_constraint where conrelid = 'deployment_record'::regclass)`,
  );
  await cluster.run(database, indexes.map(({ name }) => `drop index ${name};`).join(''));
  await cluster.run(database, fill(records));
  // Two at a time: the interval index takes as long as all others together.
  const slow = indexes.filter(({ definition }) => definition.includes('USING gist'));
  const quick = indexes.filter((index) => !slow.includes(index));
  await Promise.all(
    [slow, quick].map((some) =>
      cluster.run(database, some.map(({ definition }) => `${definition};`).join('')),
    ),
  );
  await cluster.run(database, 'vacuum (freeze, analyze) deployment_record');
  await cluster.run(database, 'checkpoint');
}

const fill = (records) => `
set session_replication_role = replica;
update deployment_record set seq = ${records / 10_000};
update deployment set seq = ${records / 10_000};
insert into deployment_record (id, organization_id, deployment_id, environment_id, logical_environment_id,
  environment_name, logical_environment_name, name, kind, seq, artifact_id, digest, status, origin, deployed_at,
  last_seen_at, seen_count, ended_at, superseded_by_id, reported_by_id)
select 'rec_H' || lpad(k::text, 25, '0'), r.organization_id, r.deployment_id, r.environment_id, r.logical_environment_id,
  r.environment_name, r.logical_environment_name, r.name, r.kind, k / 10000 + 1,
  'art_' || lpad((10001 + k % 60000)::text, 26, '0'), bench_digest(10001 + k % 60000), 'SUPERSEDED', 'REPORT',
  at, at + interval '9000 s', 10, at + interval '10000 s',
  case when k + 10000 < ${records - 10_000} then 'rec_H' || lpad((k + 10000)::text, 25, '0') else r.id end,
  r.reported_by_id
from generate_series(0, ${records - 10_001}) k
join deployment_record r on r.id = 'rec_' || lpad((1 + k % 10000)::text, 26, '0')
cross join lateral (select date_trunc('second', now()) - interval '2 days' - (${records - 10_000} - k) * interval '1 s' as at) t;
`;

/** The cursor key of the row at 90 % depth of the whole history, newest first. */
export async function keyAtDepth(cluster, database, records) {
  const [row] = await cluster.run(
    database,
    `select to_char(deployed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, id from deployment_record
     order by deployed_at desc, id desc offset $1 limit 1`,
    [Math.floor(records * 0.9)],
  );
  return [row.at, row.id];
}
