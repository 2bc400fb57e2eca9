import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Organizations and access, places, artifacts and evidence, deployments, events. */
export class CreateCore1763712000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [ACCESS, PLACES, ARTIFACTS, EVIDENCE, DEPLOYMENTS, EVENTS]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table idempotency_key, event, deployment_record, deployment, attestation_artifact,
        attestation_subject, attestation, attestation_blob, trusted_root, build_run, workflow, artifact_ref,
        artifact_platform, artifact, project_version, project, logical_environment, environment, api_token,
        principal, organization;
      drop function event_wake, event_append_only, deployment_record_keep, deployment_record_no_delete,
        attestation_keep;
    `);
  }
}

const ACCESS = `
create table organization (
  id text primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null check (char_length(name) between 1 and 255),
  require_attestation boolean not null default true,
  attestation_requirement text not null default 'EXISTS' check (attestation_requirement in ('EXISTS', 'VERIFIED')),
  create_logical_environments boolean not null default true,
  create_environments boolean not null default false,
  stale_after_seconds integer not null default 259200 check (stale_after_seconds > 0),
  created_at timestamptz(3) not null default now()
);

create table principal (
  id text primary key,
  organization_id text not null references organization,
  type text not null check (type in ('HUMAN', 'AUTOMATION', 'RUNNER')),
  name text not null check (char_length(name) between 1 and 255),
  state text not null default 'ACTIVE' check (state in ('INVITED', 'ACTIVE', 'BLOCKED')),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, id)
);

create table api_token (
  id text primary key,
  organization_id text not null references organization,
  principal_id text not null,
  name text not null check (char_length(name) between 1 and 255),
  prefix text not null,
  hash bytea not null unique check (octet_length(hash) = 32),
  permissions text[] not null,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  foreign key (organization_id, principal_id) references principal (organization_id, id)
);
create index api_token_list on api_token (organization_id, id desc);
`;

const PLACES = `
create table environment (
  id text primary key,
  organization_id text not null references organization,
  name text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  type text not null default 'CUSTOM' check (type in ('KUBERNETES', 'ECS', 'SERVER', 'LAMBDA', 'CUSTOM')),
  description text check (char_length(description) <= 2000),
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'ARCHIVED')),
  built_in boolean not null default false,
  archived_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, name),
  unique (organization_id, id),
  check ((state = 'ARCHIVED') = (archived_at is not null)),
  check (not built_in or state = 'ACTIVE')
);

create table logical_environment (
  id text primary key,
  organization_id text not null references organization,
  name text not null check (char_length(name) between 1 and 63),
  description text check (char_length(description) <= 2000),
  attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'DELETING', 'DELETED')),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, id)
);
create unique index logical_environment_name on logical_environment (organization_id, name) where state <> 'DELETED';

create table project (
  id text primary key,
  organization_id text not null references organization,
  slug text not null check (char_length(slug) between 1 and 255),
  name text not null check (char_length(name) between 1 and 255),
  archived_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, slug),
  unique (organization_id, id)
);

create table project_version (
  id text primary key,
  organization_id text not null,
  project_id text not null,
  name text not null check (char_length(name) between 1 and 255),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, project_id, name),
  unique (organization_id, id),
  foreign key (organization_id, project_id) references project (organization_id, id)
);
`;

const ARTIFACTS = `
create table artifact (
  id text primary key,
  organization_id text not null references organization,
  digest text not null check (digest ~ '^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$'),
  kind text check (kind in ('CONTAINER_IMAGE', 'HELM_CHART', 'OCI_ARTIFACT', 'FILE')),
  name text check (char_length(name) <= 2048),
  version text check (char_length(version) <= 255),
  size_bytes bigint check (size_bytes >= 0),
  evidence text not null default 'NONE' check (evidence in ('NONE', 'EXISTS', 'VERIFIED')),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, digest),
  unique (organization_id, id),
  unique (organization_id, id, kind)
);

create table artifact_platform (
  organization_id text not null,
  index_id text not null,
  platform_id text not null,
  platform text,
  primary key (organization_id, index_id, platform_id),
  foreign key (organization_id, index_id) references artifact (organization_id, id),
  foreign key (organization_id, platform_id) references artifact (organization_id, id),
  check (index_id <> platform_id)
);
create index artifact_platform_of on artifact_platform (organization_id, platform_id);

create table artifact_ref (
  organization_id text not null,
  artifact_id text not null,
  oci_ref text not null check (char_length(oci_ref) between 1 and 1024),
  resolved_at timestamptz(3) not null,
  resolved_by_id text not null,
  primary key (organization_id, artifact_id, oci_ref),
  foreign key (organization_id, artifact_id) references artifact (organization_id, id),
  foreign key (organization_id, resolved_by_id) references principal (organization_id, id)
);
`;

const EVIDENCE = `
create table workflow (
  id text primary key,
  organization_id text not null references organization,
  project_id text,
  name text not null check (char_length(name) between 1 and 2048),
  source text not null check (char_length(source) <= 2048),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, source, name),
  unique (organization_id, id),
  foreign key (organization_id, project_id) references project (organization_id, id)
);

create table build_run (
  id text primary key,
  organization_id text not null,
  workflow_id text not null,
  identity text not null,
  confirmed boolean not null,
  mapper text not null,
  builder_id text, build_type text, invocation_id text, run_id text, run_attempt integer, run_url text,
  source_repo text, source_ref text, source_commit text, workflow_path text, workflow_name text, trigger text,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, identity),
  unique (organization_id, id),
  foreign key (organization_id, workflow_id) references workflow (organization_id, id)
);
create index build_run_commit on build_run (organization_id, source_commit);
create index build_run_workflow on build_run (organization_id, workflow_id, id desc);

create table trusted_root (
  id text primary key,
  organization_id text not null references organization,
  name text not null check (char_length(name) between 1 and 63),
  kind text not null check (kind in ('SIGSTORE', 'PUBLIC_KEYS')),
  content text not null check (octet_length(content) <= 1048576),
  sha256 text not null,
  built_in boolean not null default false,
  tlog_threshold integer not null default 1 check (tlog_threshold between 0 and 8),
  ctlog_threshold integer not null default 1 check (ctlog_threshold between 0 and 8),
  timestamp_threshold integer not null default 1 check (timestamp_threshold between 0 and 8),
  created_at timestamptz(3) not null default now(),
  unique (organization_id, name)
);

create table attestation_blob (
  organization_id text not null references organization,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bytea not null,
  primary key (organization_id, sha256)
);
alter table attestation_blob alter column bytes set storage external;

create table attestation (
  id text primary key,
  organization_id text not null,
  blob_sha256 text not null,
  position integer not null,
  name text check (char_length(name) <= 255),
  format text not null,
  predicate_type text,
  verdict text not null check (verdict in ('VERIFIED', 'UNVERIFIED', 'INVALID', 'MISMATCH')),
  reason text,
  policy text not null default 'NONE' check (policy in ('NONE', 'SATISFIED', 'NOT_SATISFIED')),
  signer jsonb,
  signed_at timestamptz(3),
  trusted_root_id text references trusted_root,
  mismatches jsonb not null default '[]',
  verifier text not null,
  verified_at timestamptz(3) not null,
  build_run_id text,
  project_version_id text,
  pushed_by_id text not null,
  created_at timestamptz(3) not null default now(),
  unique (organization_id, blob_sha256, position),
  unique (organization_id, id),
  check ((verdict = 'VERIFIED') or (reason is not null)),
  foreign key (organization_id, blob_sha256) references attestation_blob (organization_id, sha256),
  foreign key (organization_id, build_run_id) references build_run (organization_id, id),
  foreign key (organization_id, project_version_id) references project_version (organization_id, id),
  foreign key (organization_id, pushed_by_id) references principal (organization_id, id)
);
create index attestation_list on attestation (organization_id, id desc);
create index attestation_build_run on attestation (organization_id, build_run_id) where build_run_id is not null;

create table attestation_subject (
  organization_id text not null,
  attestation_id text not null,
  ordinal integer not null,
  name text,
  digest jsonb not null,
  primary key (organization_id, attestation_id, ordinal),
  foreign key (organization_id, attestation_id) references attestation (organization_id, id)
);

create table attestation_artifact (
  organization_id text not null,
  artifact_id text not null,
  attestation_id text not null,
  primary key (organization_id, artifact_id, attestation_id),
  foreign key (organization_id, artifact_id) references artifact (organization_id, id),
  foreign key (organization_id, attestation_id) references attestation (organization_id, id)
);
create index attestation_artifact_of on attestation_artifact (organization_id, attestation_id);

create function attestation_keep() returns trigger language plpgsql as $$
begin
  raise exception 'attestations and their bytes are never deleted' using errcode = 'restrict_violation';
end $$;
create trigger attestation_keep before delete on attestation for each row execute function attestation_keep();
create trigger attestation_blob_keep before delete or update on attestation_blob
  for each row execute function attestation_keep();
create trigger attestation_no_truncate before truncate on attestation
  for each statement execute function attestation_keep();
create trigger attestation_blob_no_truncate before truncate on attestation_blob
  for each statement execute function attestation_keep();
`;

const DEPLOYMENTS = `
create table deployment (
  id text primary key,
  organization_id text not null,
  environment_id text not null,
  logical_environment_id text not null,
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  kind text not null check (kind in ('CONTAINER_IMAGE', 'HELM_CHART', 'OCI_ARTIFACT', 'FILE')),
  owner_project_id text,
  observed_max timestamptz(3),
  seq integer not null default 0,
  created_at timestamptz(3) not null default now(),
  unique (organization_id, environment_id, logical_environment_id, name, kind),
  unique (organization_id, id),
  foreign key (organization_id, environment_id) references environment (organization_id, id),
  foreign key (organization_id, logical_environment_id) references logical_environment (organization_id, id),
  foreign key (organization_id, owner_project_id) references project (organization_id, id)
) with (fillfactor = 90);
create index deployment_name on deployment (organization_id, name, id);
create index deployment_list on deployment (organization_id, id desc);
create index deployment_logical_environment on deployment (organization_id, logical_environment_id);

-- last_seen_at and seen_count stand in no index, so that a heartbeat is a heap-only update.
create table deployment_record (
  id text primary key,
  organization_id text not null,
  deployment_id text not null,
  environment_id text not null,
  logical_environment_id text not null,
  environment_name text not null,
  logical_environment_name text not null,
  name text not null,
  kind text not null,
  seq integer not null check (seq > 0),
  artifact_id text not null,
  digest text not null,
  oci_ref text check (char_length(oci_ref) <= 1024),
  status text not null check (status in ('DEPLOYED', 'SUPERSEDED', 'DECOMMISSIONED')),
  origin text not null check (origin in ('RUN', 'REPORT', 'IMPORT', 'BACKFILL')),
  deployed_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  seen_count integer not null default 1 check (seen_count > 0),
  ended_at timestamptz(3),
  superseded_by_id text references deployment_record deferrable initially deferred,
  end_reason text,
  reported_by_id text not null,
  created_at timestamptz(3) not null default now(),
  unique (deployment_id, seq),
  check ((status = 'DEPLOYED') = (ended_at is null)),
  check (superseded_by_id is null or status = 'SUPERSEDED'),
  check (last_seen_at >= deployed_at),
  check (ended_at >= deployed_at),
  foreign key (organization_id, deployment_id) references deployment (organization_id, id),
  foreign key (organization_id, artifact_id, kind) references artifact (organization_id, id, kind),
  foreign key (organization_id, reported_by_id) references principal (organization_id, id)
) with (fillfactor = 80);
create unique index deployment_record_active on deployment_record (deployment_id) where status = 'DEPLOYED';
create index deployment_record_active_list on deployment_record (organization_id, deployed_at desc, id desc)
  where status = 'DEPLOYED';
create index deployment_record_active_name on deployment_record (organization_id, name, id)
  where status = 'DEPLOYED';
create index deployment_record_history on deployment_record (organization_id, deployed_at desc, id desc);
create index deployment_record_environment
  on deployment_record (organization_id, environment_id, deployed_at desc, id desc);
create index deployment_record_logical_environment
  on deployment_record (organization_id, logical_environment_id, deployed_at desc, id desc);
create index deployment_record_name on deployment_record (organization_id, name, deployed_at desc, id desc);
create index deployment_record_artifact on deployment_record (organization_id, artifact_id, deployed_at desc, id desc);
create index deployment_record_of on deployment_record (deployment_id, artifact_id);
create index deployment_record_interval on deployment_record using gist (tstzrange(deployed_at, ended_at));

-- I-2, I-3, I-4: what a record says never changes; it ends once; it is never deleted.
create function deployment_record_keep() returns trigger language plpgsql as $$
begin
  raise exception 'a deployment record is immutable' using errcode = 'restrict_violation';
end $$;
create trigger deployment_record_identity before update of id, organization_id, deployment_id, environment_id,
    logical_environment_id, environment_name, logical_environment_name, name, kind, seq, artifact_id, digest, oci_ref,
    origin, deployed_at, reported_by_id, created_at
  on deployment_record for each row execute function deployment_record_keep();
create trigger deployment_record_monotone before update on deployment_record for each row
  when (new.last_seen_at < old.last_seen_at or new.seen_count < old.seen_count
    or (old.status <> 'DEPLOYED' and (new.status <> old.status or new.ended_at is distinct from old.ended_at
      or new.superseded_by_id is distinct from old.superseded_by_id
      or new.last_seen_at <> old.last_seen_at or new.seen_count <> old.seen_count
      or new.end_reason is distinct from old.end_reason)))
  execute function deployment_record_keep();
create function deployment_record_no_delete() returns trigger language plpgsql as $$
begin
  raise exception 'deployment records are never deleted' using errcode = 'restrict_violation';
end $$;
create trigger deployment_record_no_delete before delete on deployment_record
  for each row execute function deployment_record_no_delete();
create trigger deployment_record_no_truncate before truncate on deployment_record
  for each statement execute function deployment_record_no_delete();
`;

const EVENTS = `
-- Readers take rows whose transaction is older than every running one, so that a late commit is never skipped:
-- (xid, seq) is the order of the log and its cursor.
create table event (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  id text not null unique,
  organization_id text not null references organization,
  type text not null,
  subject_id text not null,
  deployment_id text,
  record_id text,
  actor_id text not null,
  request_id text,
  observed_at timestamptz(3),
  received_at timestamptz(3) not null default clock_timestamp(),
  detail jsonb not null default '{}'
);
create index event_log on event (organization_id, xid, seq);
create index event_deployment on event (deployment_id, seq) where deployment_id is not null;
create index event_subject on event (organization_id, subject_id, seq);

create function event_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the event log is append-only' using errcode = 'restrict_violation';
end $$;
create trigger event_append_only before update or delete on event
  for each row execute function event_append_only();
create trigger event_no_truncate before truncate on event
  for each statement execute function event_append_only();
create function event_wake() returns trigger language plpgsql as $$
begin
  perform pg_notify('rollcall_event', '');
  return null;
end $$;
create trigger event_wake after insert on event for each statement execute function event_wake();

create table idempotency_key (
  organization_id text not null references organization,
  principal_id text not null,
  key text not null check (char_length(key) between 1 and 255),
  request_hash text not null,
  response jsonb,
  created_at timestamptz(3) not null default now(),
  primary key (organization_id, principal_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);
`;
