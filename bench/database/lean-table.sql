-- The least that could hold "what runs where": one table, names as they come, no artifacts, no evidence, no events.
create table lean (
  id bigint generated always as identity primary key,
  environment text not null, logical_environment text not null, name text not null, kind text not null,
  digest text not null,
  status text not null default 'active' check (status in ('active', 'superseded')),
  first_seen_at timestamptz not null default now(), last_seen_at timestamptz not null default now(),
  superseded_at timestamptz
) with (fillfactor = 80);
create unique index lean_active on lean (environment, logical_environment, name, kind) where status = 'active';
create index lean_digest on lean (digest) where status = 'active';
create index lean_history on lean (environment, logical_environment, name, kind, id desc);
insert into lean (environment, logical_environment, name, kind, digest)
select 'env-' || (i % 5), 'stage-' || (i % 20), 'service-' || i, 'CONTAINER_IMAGE', bench_digest(i)
from generate_series(1, 10000) i;
