-- One record in one statement on Rollcall's own tables: refresh what is active, else supersede it and insert, with the
-- events of a change. It leaves out what costs more and what the load never does: late reports, ownership, platform
-- manifests of an index, flapping, idempotency keys.
create sequence bench_id start 1000000;

create type bench_answer as (outcome text, record_id text);

create function bench_record(organization_id text, reporter_id text, environment text, logical_environment text,
  name text, kind text, digest text)
returns bench_answer language plpgsql volatile as $$
#variable_conflict use_column
declare
  place record;
  held record;
  current record;
  fresh text;
  at timestamptz;
begin
  update deployment_record r
  set last_seen_at = greatest(r.last_seen_at, now()), seen_count = r.seen_count + 1
  from organization o, environment e, logical_environment l, artifact a, deployment d
  where o.id = $1
    and e.organization_id = $1 and e.name = $3 and e.state = 'ACTIVE'
    and l.organization_id = $1 and l.name = $4 and l.state = 'ACTIVE'
    and a.organization_id = $1 and a.digest = $7
    and (not o.require_attestation or a.evidence = 'VERIFIED'
      or (a.evidence = 'EXISTS' and o.attestation_requirement = 'EXISTS'))
    and d.organization_id = $1 and d.environment_id = e.id and d.logical_environment_id = l.id and d.name = $5
    and d.kind = $6
    and r.deployment_id = d.id and r.status = 'DEPLOYED' and r.artifact_id = a.id
  returning r.id into fresh;
  if found then return row('REFRESHED', fresh)::bench_answer; end if;

  select e.id as environment_id, l.id as logical_environment_id, a.id as artifact_id into place
  from organization o, environment e, logical_environment l, artifact a
  where o.id = $1
    and e.organization_id = $1 and e.name = $3 and e.state = 'ACTIVE'
    and l.organization_id = $1 and l.name = $4 and l.state = 'ACTIVE'
    and a.organization_id = $1 and a.digest = $7 and a.kind = $6
    and (not o.require_attestation or a.evidence = 'VERIFIED'
      or (a.evidence = 'EXISTS' and o.attestation_requirement = 'EXISTS'));
  if not found then return row('REFUSED', null)::bench_answer; end if;

  loop
    select d.id, d.seq into held from deployment d
    where d.organization_id = $1 and d.environment_id = place.environment_id
      and d.logical_environment_id = place.logical_environment_id and d.name = $5 and d.kind = $6
    for no key update;
    exit when found;
    insert into deployment (id, organization_id, environment_id, logical_environment_id, name, kind)
    values ('dep_' || lpad(nextval('bench_id')::text, 26, '0'), $1, place.environment_id,
      place.logical_environment_id, $5, $6)
    on conflict do nothing;
  end loop;

  select r.id, r.artifact_id, r.last_seen_at into current from deployment_record r
  where r.deployment_id = held.id and r.status = 'DEPLOYED' for no key update;
  at := greatest(clock_timestamp(), current.last_seen_at);
  if current.artifact_id = place.artifact_id then
    update deployment_record r set last_seen_at = at, seen_count = r.seen_count + 1 where r.id = current.id;
    return row('REFRESHED', current.id)::bench_answer;
  end if;

  fresh := 'rec_' || lpad(nextval('bench_id')::text, 26, '0');
  update deployment_record r set status = 'SUPERSEDED', ended_at = at, superseded_by_id = fresh where r.id = current.id;
  insert into deployment_record (id, organization_id, deployment_id, environment_id, logical_environment_id,
    environment_name, logical_environment_name, name, kind, seq, artifact_id, digest, status, origin, deployed_at,
    last_seen_at, reported_by_id)
  values (fresh, $1, held.id, place.environment_id, place.logical_environment_id, $3, $4, $5, $6, held.seq + 1,
    place.artifact_id, $7, 'DEPLOYED', 'REPORT', at, at, $2);
  update deployment d set seq = held.seq + 1, observed_max = at where d.id = held.id;
  insert into event (id, organization_id, type, subject_id, deployment_id, record_id, actor_id, observed_at, detail)
  select 'evt_' || lpad(nextval('bench_id')::text, 26, '0'), $1, e.type, held.id, held.id, e.record_id, $2, at,
    jsonb_build_object('digest', $7)
  from (values ('SUPERSEDED', current.id), ('RECORDED', fresh)) as e(type, record_id)
  where e.record_id is not null;
  return row('CREATED', fresh)::bench_answer;
end $$;
