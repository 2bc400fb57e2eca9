-- 10,000 Deployments with an active record each, and 60,000 spare artifacts. All artifacts count as attested.
-- Constraints and triggers are in place. The numbers are those of keys.mjs.
create function bench_digest(n bigint) returns text language sql immutable as
  $$ select 'sha256:' || repeat((1000000000000000 + n * 79999999921)::text, 4) $$;

insert into environment (id, organization_id, name)
select 'env_' || lpad(i::text, 26, '0'), o.id, 'env-' || i from organization o, generate_series(0, 4) i;

insert into logical_environment (id, organization_id, name)
select 'lenv_' || lpad(i::text, 26, '0'), o.id, 'stage-' || i from organization o, generate_series(0, 19) i;

insert into artifact (id, organization_id, digest, kind, name, evidence)
select 'art_' || lpad(i::text, 26, '0'), o.id, bench_digest(i), 'CONTAINER_IMAGE', 'registry.example/app', 'VERIFIED'
from organization o, generate_series(1, 70000) i;

insert into deployment (id, organization_id, environment_id, logical_environment_id, name, kind, observed_max, seq)
select 'dep_' || lpad(i::text, 26, '0'), o.id, 'env_' || lpad((i % 5)::text, 26, '0'),
  'lenv_' || lpad((i % 20)::text, 26, '0'), 'service-' || i, 'CONTAINER_IMAGE', now() - interval '1 day', 1
from organization o, generate_series(1, 10000) i;

insert into deployment_record (id, organization_id, deployment_id, environment_id, logical_environment_id,
  environment_name, logical_environment_name, name, kind, seq, artifact_id, digest, status, origin, deployed_at,
  last_seen_at, reported_by_id)
select 'rec_' || lpad(i::text, 26, '0'), d.organization_id, d.id, d.environment_id, d.logical_environment_id,
  'env-' || (i % 5), 'stage-' || (i % 20), d.name, d.kind, 1, 'art_' || lpad(i::text, 26, '0'), bench_digest(i),
  'DEPLOYED', 'REPORT', at, at, p.id
from generate_series(1, 10000) i
join deployment d on d.id = 'dep_' || lpad(i::text, 26, '0')
join principal p on p.organization_id = d.organization_id
cross join lateral (select now() - interval '1 day' + i * interval '1 second' as at) t;
