-- What the migrations make. Printed by `npm run schema:sql`; do not edit.

create table api_token (
  id text not null,
  organization_id text not null,
  principal_id text not null,
  name text not null,
  prefix text not null,
  hash bytea not null,
  permissions text[] not null,
  expires_at timestamp(3) with time zone,
  last_used_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null default now(),
  constraint api_token_pkey PRIMARY KEY (id),
  constraint api_token_hash_key UNIQUE (hash),
  constraint api_token_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint api_token_organization_id_principal_id_fkey FOREIGN KEY (organization_id, principal_id) REFERENCES principal(organization_id, id),
  constraint api_token_hash_check CHECK ((octet_length(hash) = 32)),
  constraint api_token_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);
CREATE INDEX api_token_list ON public.api_token USING btree (organization_id, id DESC);

create table artifact (
  id text not null,
  organization_id text not null,
  digest text not null,
  kind text,
  name text,
  version text,
  size_bytes bigint,
  evidence text not null default 'NONE'::text,
  created_at timestamp(3) with time zone not null default now(),
  constraint artifact_pkey PRIMARY KEY (id),
  constraint artifact_organization_id_digest_key UNIQUE (organization_id, digest),
  constraint artifact_organization_id_id_key UNIQUE (organization_id, id),
  constraint artifact_organization_id_id_kind_key UNIQUE (organization_id, id, kind),
  constraint artifact_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint artifact_digest_check CHECK ((digest ~ '^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$'::text)),
  constraint artifact_evidence_check CHECK ((evidence = ANY (ARRAY['NONE'::text, 'EXISTS'::text, 'VERIFIED'::text]))),
  constraint artifact_kind_check CHECK ((kind = ANY (ARRAY['CONTAINER_IMAGE'::text, 'HELM_CHART'::text, 'OCI_ARTIFACT'::text, 'FILE'::text]))),
  constraint artifact_name_check CHECK ((char_length(name) <= 2048)),
  constraint artifact_size_bytes_check CHECK ((size_bytes >= 0)),
  constraint artifact_version_check CHECK ((char_length(version) <= 255))
);

create table artifact_platform (
  organization_id text not null,
  index_id text not null,
  platform_id text not null,
  platform text,
  constraint artifact_platform_pkey PRIMARY KEY (organization_id, index_id, platform_id),
  constraint artifact_platform_organization_id_index_id_fkey FOREIGN KEY (organization_id, index_id) REFERENCES artifact(organization_id, id),
  constraint artifact_platform_organization_id_platform_id_fkey FOREIGN KEY (organization_id, platform_id) REFERENCES artifact(organization_id, id),
  constraint artifact_platform_check CHECK ((index_id <> platform_id))
);
CREATE INDEX artifact_platform_of ON public.artifact_platform USING btree (organization_id, platform_id);

create table artifact_ref (
  organization_id text not null,
  artifact_id text not null,
  oci_ref text not null,
  resolved_at timestamp(3) with time zone not null,
  resolved_by_id text not null,
  constraint artifact_ref_pkey PRIMARY KEY (organization_id, artifact_id, oci_ref),
  constraint artifact_ref_organization_id_artifact_id_fkey FOREIGN KEY (organization_id, artifact_id) REFERENCES artifact(organization_id, id),
  constraint artifact_ref_organization_id_resolved_by_id_fkey FOREIGN KEY (organization_id, resolved_by_id) REFERENCES principal(organization_id, id),
  constraint artifact_ref_oci_ref_check CHECK (((char_length(oci_ref) >= 1) AND (char_length(oci_ref) <= 1024)))
);

create table attestation (
  id text not null,
  organization_id text not null,
  blob_sha256 text not null,
  position integer not null,
  name text,
  format text not null,
  predicate_type text,
  verdict text not null,
  reason text,
  policy text not null default 'NONE'::text,
  signer jsonb,
  signed_at timestamp(3) with time zone,
  trusted_root_id text,
  mismatches jsonb not null default '[]'::jsonb,
  verifier text not null,
  verified_at timestamp(3) with time zone not null,
  build_run_id text,
  project_version_id text,
  pushed_by_id text not null,
  created_at timestamp(3) with time zone not null default now(),
  constraint attestation_pkey PRIMARY KEY (id),
  constraint attestation_organization_id_blob_sha256_position_key UNIQUE (organization_id, blob_sha256, "position"),
  constraint attestation_organization_id_id_key UNIQUE (organization_id, id),
  constraint attestation_organization_id_blob_sha256_fkey FOREIGN KEY (organization_id, blob_sha256) REFERENCES attestation_blob(organization_id, sha256),
  constraint attestation_organization_id_build_run_id_fkey FOREIGN KEY (organization_id, build_run_id) REFERENCES build_run(organization_id, id),
  constraint attestation_organization_id_project_version_id_fkey FOREIGN KEY (organization_id, project_version_id) REFERENCES project_version(organization_id, id),
  constraint attestation_organization_id_pushed_by_id_fkey FOREIGN KEY (organization_id, pushed_by_id) REFERENCES principal(organization_id, id),
  constraint attestation_trusted_root_id_fkey FOREIGN KEY (trusted_root_id) REFERENCES trusted_root(id),
  constraint attestation_check CHECK (((verdict = 'VERIFIED'::text) OR (reason IS NOT NULL))),
  constraint attestation_name_check CHECK ((char_length(name) <= 255)),
  constraint attestation_policy_check CHECK ((policy = ANY (ARRAY['NONE'::text, 'SATISFIED'::text, 'NOT_SATISFIED'::text]))),
  constraint attestation_verdict_check CHECK ((verdict = ANY (ARRAY['VERIFIED'::text, 'UNVERIFIED'::text, 'INVALID'::text, 'MISMATCH'::text])))
);
CREATE INDEX attestation_build_run ON public.attestation USING btree (organization_id, build_run_id) WHERE (build_run_id IS NOT NULL);
CREATE INDEX attestation_list ON public.attestation USING btree (organization_id, id DESC);
CREATE TRIGGER attestation_keep BEFORE DELETE ON public.attestation FOR EACH ROW EXECUTE FUNCTION attestation_keep();
CREATE TRIGGER attestation_no_truncate BEFORE TRUNCATE ON public.attestation FOR EACH STATEMENT EXECUTE FUNCTION attestation_keep();

create table attestation_artifact (
  organization_id text not null,
  artifact_id text not null,
  attestation_id text not null,
  constraint attestation_artifact_pkey PRIMARY KEY (organization_id, artifact_id, attestation_id),
  constraint attestation_artifact_organization_id_artifact_id_fkey FOREIGN KEY (organization_id, artifact_id) REFERENCES artifact(organization_id, id),
  constraint attestation_artifact_organization_id_attestation_id_fkey FOREIGN KEY (organization_id, attestation_id) REFERENCES attestation(organization_id, id)
);
CREATE INDEX attestation_artifact_of ON public.attestation_artifact USING btree (organization_id, attestation_id);

create table attestation_blob (
  organization_id text not null,
  sha256 text not null,
  bytes bytea storage external not null,
  constraint attestation_blob_pkey PRIMARY KEY (organization_id, sha256),
  constraint attestation_blob_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint attestation_blob_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE TRIGGER attestation_blob_keep BEFORE DELETE OR UPDATE ON public.attestation_blob FOR EACH ROW EXECUTE FUNCTION attestation_keep();
CREATE TRIGGER attestation_blob_no_truncate BEFORE TRUNCATE ON public.attestation_blob FOR EACH STATEMENT EXECUTE FUNCTION attestation_keep();

create table attestation_subject (
  organization_id text not null,
  attestation_id text not null,
  ordinal integer not null,
  name text,
  digest jsonb not null,
  constraint attestation_subject_pkey PRIMARY KEY (organization_id, attestation_id, ordinal),
  constraint attestation_subject_organization_id_attestation_id_fkey FOREIGN KEY (organization_id, attestation_id) REFERENCES attestation(organization_id, id)
);

create table build_run (
  id text not null,
  organization_id text not null,
  workflow_id text not null,
  identity text not null,
  confirmed boolean not null,
  mapper text not null,
  builder_id text,
  build_type text,
  invocation_id text,
  run_id text,
  run_attempt integer,
  run_url text,
  source_repo text,
  source_ref text,
  source_commit text,
  workflow_path text,
  workflow_name text,
  trigger text,
  started_at timestamp(3) with time zone,
  completed_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null default now(),
  constraint build_run_pkey PRIMARY KEY (id),
  constraint build_run_organization_id_id_key UNIQUE (organization_id, id),
  constraint build_run_organization_id_identity_key UNIQUE (organization_id, identity),
  constraint build_run_organization_id_workflow_id_fkey FOREIGN KEY (organization_id, workflow_id) REFERENCES workflow(organization_id, id)
);
CREATE INDEX build_run_commit ON public.build_run USING btree (organization_id, source_commit);
CREATE INDEX build_run_workflow ON public.build_run USING btree (organization_id, workflow_id, id DESC);

create table deployment (
  id text not null,
  organization_id text not null,
  environment_id text not null,
  logical_environment_id text not null,
  name text not null,
  kind text not null,
  owner_project_id text,
  observed_max timestamp(3) with time zone,
  seq integer not null default 0,
  created_at timestamp(3) with time zone not null default now(),
  constraint deployment_pkey PRIMARY KEY (id),
  constraint deployment_organization_id_environment_id_logical_environme_key UNIQUE (organization_id, environment_id, logical_environment_id, name, kind),
  constraint deployment_organization_id_id_key UNIQUE (organization_id, id),
  constraint deployment_organization_id_environment_id_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environment(organization_id, id),
  constraint deployment_organization_id_logical_environment_id_fkey FOREIGN KEY (organization_id, logical_environment_id) REFERENCES logical_environment(organization_id, id),
  constraint deployment_organization_id_owner_project_id_fkey FOREIGN KEY (organization_id, owner_project_id) REFERENCES project(organization_id, id),
  constraint deployment_kind_check CHECK ((kind = ANY (ARRAY['CONTAINER_IMAGE'::text, 'HELM_CHART'::text, 'OCI_ARTIFACT'::text, 'FILE'::text]))),
  constraint deployment_name_check CHECK ((((char_length(name) >= 1) AND (char_length(name) <= 255)) AND (name !~ '[[:cntrl:]]'::text)))
) with (fillfactor=90);
CREATE INDEX deployment_list ON public.deployment USING btree (organization_id, id DESC);
CREATE INDEX deployment_logical_environment ON public.deployment USING btree (organization_id, logical_environment_id);
CREATE INDEX deployment_name ON public.deployment USING btree (organization_id, name, id);

create table deployment_record (
  id text not null,
  organization_id text not null,
  deployment_id text not null,
  environment_id text not null,
  logical_environment_id text not null,
  environment_name text not null,
  logical_environment_name text not null,
  name text not null,
  kind text not null,
  seq integer not null,
  artifact_id text not null,
  digest text not null,
  oci_ref text,
  status text not null,
  origin text not null,
  deployed_at timestamp(3) with time zone not null,
  last_seen_at timestamp(3) with time zone not null,
  seen_count integer not null default 1,
  ended_at timestamp(3) with time zone,
  superseded_by_id text,
  end_reason text,
  reported_by_id text not null,
  created_at timestamp(3) with time zone not null default now(),
  constraint deployment_record_pkey PRIMARY KEY (id),
  constraint deployment_record_deployment_id_seq_key UNIQUE (deployment_id, seq),
  constraint deployment_record_organization_id_artifact_id_kind_fkey FOREIGN KEY (organization_id, artifact_id, kind) REFERENCES artifact(organization_id, id, kind),
  constraint deployment_record_organization_id_deployment_id_fkey FOREIGN KEY (organization_id, deployment_id) REFERENCES deployment(organization_id, id),
  constraint deployment_record_organization_id_reported_by_id_fkey FOREIGN KEY (organization_id, reported_by_id) REFERENCES principal(organization_id, id),
  constraint deployment_record_superseded_by_id_fkey FOREIGN KEY (superseded_by_id) REFERENCES deployment_record(id) DEFERRABLE INITIALLY DEFERRED,
  constraint deployment_record_check CHECK (((status = 'DEPLOYED'::text) = (ended_at IS NULL))),
  constraint deployment_record_check1 CHECK (((superseded_by_id IS NULL) OR (status = 'SUPERSEDED'::text))),
  constraint deployment_record_check2 CHECK ((last_seen_at >= deployed_at)),
  constraint deployment_record_check3 CHECK ((ended_at >= deployed_at)),
  constraint deployment_record_oci_ref_check CHECK ((char_length(oci_ref) <= 1024)),
  constraint deployment_record_origin_check CHECK ((origin = ANY (ARRAY['RUN'::text, 'REPORT'::text, 'IMPORT'::text, 'BACKFILL'::text]))),
  constraint deployment_record_seen_count_check CHECK ((seen_count > 0)),
  constraint deployment_record_seq_check CHECK ((seq > 0)),
  constraint deployment_record_status_check CHECK ((status = ANY (ARRAY['DEPLOYED'::text, 'SUPERSEDED'::text, 'DECOMMISSIONED'::text])))
) with (fillfactor=80);
CREATE UNIQUE INDEX deployment_record_active ON public.deployment_record USING btree (deployment_id) WHERE (status = 'DEPLOYED'::text);
CREATE INDEX deployment_record_active_list ON public.deployment_record USING btree (organization_id, deployed_at DESC, id DESC) WHERE (status = 'DEPLOYED'::text);
CREATE INDEX deployment_record_active_name ON public.deployment_record USING btree (organization_id, name, id) WHERE (status = 'DEPLOYED'::text);
CREATE INDEX deployment_record_artifact ON public.deployment_record USING btree (organization_id, artifact_id, deployed_at DESC, id DESC);
CREATE INDEX deployment_record_environment ON public.deployment_record USING btree (organization_id, environment_id, deployed_at DESC, id DESC);
CREATE INDEX deployment_record_history ON public.deployment_record USING btree (organization_id, deployed_at DESC, id DESC);
CREATE INDEX deployment_record_interval ON public.deployment_record USING gist (tstzrange(deployed_at, ended_at));
CREATE INDEX deployment_record_logical_environment ON public.deployment_record USING btree (organization_id, logical_environment_id, deployed_at DESC, id DESC);
CREATE INDEX deployment_record_name ON public.deployment_record USING btree (organization_id, name, deployed_at DESC, id DESC);
CREATE INDEX deployment_record_of ON public.deployment_record USING btree (deployment_id, artifact_id);
CREATE TRIGGER deployment_record_identity BEFORE UPDATE OF id, organization_id, deployment_id, environment_id, logical_environment_id, environment_name, logical_environment_name, name, kind, seq, artifact_id, digest, oci_ref, origin, deployed_at, reported_by_id, created_at ON public.deployment_record FOR EACH ROW EXECUTE FUNCTION deployment_record_keep();
CREATE TRIGGER deployment_record_monotone BEFORE UPDATE ON public.deployment_record FOR EACH ROW WHEN (((new.last_seen_at < old.last_seen_at) OR (new.seen_count < old.seen_count) OR ((old.status <> 'DEPLOYED'::text) AND ((new.status <> old.status) OR (new.ended_at IS DISTINCT FROM old.ended_at) OR (new.superseded_by_id IS DISTINCT FROM old.superseded_by_id) OR (new.last_seen_at <> old.last_seen_at) OR (new.seen_count <> old.seen_count) OR (new.end_reason IS DISTINCT FROM old.end_reason))))) EXECUTE FUNCTION deployment_record_keep();
CREATE TRIGGER deployment_record_no_delete BEFORE DELETE ON public.deployment_record FOR EACH ROW EXECUTE FUNCTION deployment_record_no_delete();
CREATE TRIGGER deployment_record_no_truncate BEFORE TRUNCATE ON public.deployment_record FOR EACH STATEMENT EXECUTE FUNCTION deployment_record_no_delete();

create table environment (
  id text not null,
  organization_id text not null,
  name text not null,
  type text not null default 'CUSTOM'::text,
  description text,
  state text not null default 'ACTIVE'::text,
  built_in boolean not null default false,
  archived_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null default now(),
  constraint environment_pkey PRIMARY KEY (id),
  constraint environment_organization_id_id_key UNIQUE (organization_id, id),
  constraint environment_organization_id_name_key UNIQUE (organization_id, name),
  constraint environment_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint environment_check CHECK (((state = 'ARCHIVED'::text) = (archived_at IS NOT NULL))),
  constraint environment_check1 CHECK (((NOT built_in) OR (state = 'ACTIVE'::text))),
  constraint environment_description_check CHECK ((char_length(description) <= 2000)),
  constraint environment_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
  constraint environment_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'ARCHIVED'::text]))),
  constraint environment_type_check CHECK ((type = ANY (ARRAY['KUBERNETES'::text, 'ECS'::text, 'SERVER'::text, 'LAMBDA'::text, 'CUSTOM'::text])))
);

create table event (
  seq bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  id text not null,
  organization_id text not null,
  type text not null,
  subject_id text not null,
  deployment_id text,
  record_id text,
  actor_id text not null,
  request_id text,
  observed_at timestamp(3) with time zone,
  received_at timestamp(3) with time zone not null default clock_timestamp(),
  detail jsonb not null default '{}'::jsonb,
  constraint event_pkey PRIMARY KEY (seq),
  constraint event_id_key UNIQUE (id),
  constraint event_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
);
CREATE INDEX event_deployment ON public.event USING btree (deployment_id, seq) WHERE (deployment_id IS NOT NULL);
CREATE INDEX event_log ON public.event USING btree (organization_id, xid, seq);
CREATE INDEX event_subject ON public.event USING btree (organization_id, subject_id, seq);
CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION event_append_only();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION event_append_only();
CREATE TRIGGER event_wake AFTER INSERT ON public.event FOR EACH STATEMENT EXECUTE FUNCTION event_wake();

create table idempotency_key (
  organization_id text not null,
  principal_id text not null,
  key text not null,
  request_hash text not null,
  response jsonb,
  created_at timestamp(3) with time zone not null default now(),
  constraint idempotency_key_pkey PRIMARY KEY (organization_id, principal_id, key),
  constraint idempotency_key_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint idempotency_key_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255)))
);
CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (created_at);

create table logical_environment (
  id text not null,
  organization_id text not null,
  name text not null,
  description text,
  attributes jsonb not null default '{}'::jsonb,
  state text not null default 'ACTIVE'::text,
  created_at timestamp(3) with time zone not null default now(),
  constraint logical_environment_pkey PRIMARY KEY (id),
  constraint logical_environment_organization_id_id_key UNIQUE (organization_id, id),
  constraint logical_environment_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint logical_environment_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text)),
  constraint logical_environment_description_check CHECK ((char_length(description) <= 2000)),
  constraint logical_environment_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 63))),
  constraint logical_environment_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'DELETING'::text, 'DELETED'::text])))
);
CREATE UNIQUE INDEX logical_environment_name ON public.logical_environment USING btree (organization_id, name) WHERE (state <> 'DELETED'::text);

create table migration (
  id integer not null default nextval('migration_id_seq'::regclass),
  timestamp bigint not null,
  name character varying not null,
  constraint PK_3043fc6b8af7c99b8b98830094f PRIMARY KEY (id)
);

create table organization (
  id text not null,
  slug text not null,
  name text not null,
  require_attestation boolean not null default true,
  attestation_requirement text not null default 'EXISTS'::text,
  create_logical_environments boolean not null default true,
  create_environments boolean not null default false,
  stale_after_seconds integer not null default 259200,
  created_at timestamp(3) with time zone not null default now(),
  constraint organization_pkey PRIMARY KEY (id),
  constraint organization_slug_key UNIQUE (slug),
  constraint organization_attestation_requirement_check CHECK ((attestation_requirement = ANY (ARRAY['EXISTS'::text, 'VERIFIED'::text]))),
  constraint organization_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
  constraint organization_slug_check CHECK ((slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
  constraint organization_stale_after_seconds_check CHECK ((stale_after_seconds > 0))
);

create table principal (
  id text not null,
  organization_id text not null,
  type text not null,
  name text not null,
  state text not null default 'ACTIVE'::text,
  created_at timestamp(3) with time zone not null default now(),
  constraint principal_pkey PRIMARY KEY (id),
  constraint principal_organization_id_id_key UNIQUE (organization_id, id),
  constraint principal_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint principal_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
  constraint principal_state_check CHECK ((state = ANY (ARRAY['INVITED'::text, 'ACTIVE'::text, 'BLOCKED'::text]))),
  constraint principal_type_check CHECK ((type = ANY (ARRAY['HUMAN'::text, 'AUTOMATION'::text, 'RUNNER'::text])))
);

create table project (
  id text not null,
  organization_id text not null,
  slug text not null,
  name text not null,
  archived_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null default now(),
  constraint project_pkey PRIMARY KEY (id),
  constraint project_organization_id_id_key UNIQUE (organization_id, id),
  constraint project_organization_id_slug_key UNIQUE (organization_id, slug),
  constraint project_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint project_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
  constraint project_slug_check CHECK (((char_length(slug) >= 1) AND (char_length(slug) <= 255)))
);

create table project_version (
  id text not null,
  organization_id text not null,
  project_id text not null,
  name text not null,
  created_at timestamp(3) with time zone not null default now(),
  constraint project_version_pkey PRIMARY KEY (id),
  constraint project_version_organization_id_id_key UNIQUE (organization_id, id),
  constraint project_version_organization_id_project_id_name_key UNIQUE (organization_id, project_id, name),
  constraint project_version_organization_id_project_id_fkey FOREIGN KEY (organization_id, project_id) REFERENCES project(organization_id, id),
  constraint project_version_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);

create table trusted_root (
  id text not null,
  organization_id text not null,
  name text not null,
  kind text not null,
  content text not null,
  sha256 text not null,
  built_in boolean not null default false,
  tlog_threshold integer not null default 1,
  ctlog_threshold integer not null default 1,
  timestamp_threshold integer not null default 1,
  created_at timestamp(3) with time zone not null default now(),
  constraint trusted_root_pkey PRIMARY KEY (id),
  constraint trusted_root_organization_id_name_key UNIQUE (organization_id, name),
  constraint trusted_root_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint trusted_root_content_check CHECK ((octet_length(content) <= 1048576)),
  constraint trusted_root_ctlog_threshold_check CHECK (((ctlog_threshold >= 0) AND (ctlog_threshold <= 8))),
  constraint trusted_root_kind_check CHECK ((kind = ANY (ARRAY['SIGSTORE'::text, 'PUBLIC_KEYS'::text]))),
  constraint trusted_root_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 63))),
  constraint trusted_root_timestamp_threshold_check CHECK (((timestamp_threshold >= 0) AND (timestamp_threshold <= 8))),
  constraint trusted_root_tlog_threshold_check CHECK (((tlog_threshold >= 0) AND (tlog_threshold <= 8)))
);

create table workflow (
  id text not null,
  organization_id text not null,
  project_id text,
  name text not null,
  source text not null,
  created_at timestamp(3) with time zone not null default now(),
  constraint workflow_pkey PRIMARY KEY (id),
  constraint workflow_organization_id_id_key UNIQUE (organization_id, id),
  constraint workflow_organization_id_source_name_key UNIQUE (organization_id, source, name),
  constraint workflow_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint workflow_organization_id_project_id_fkey FOREIGN KEY (organization_id, project_id) REFERENCES project(organization_id, id),
  constraint workflow_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 2048))),
  constraint workflow_source_check CHECK ((char_length(source) <= 2048))
);

CREATE OR REPLACE FUNCTION public.attestation_keep()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'attestations and their bytes are never deleted' using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.deployment_record_keep()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a deployment record is immutable' using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.deployment_record_no_delete()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'deployment records are never deleted' using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.event_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the event log is append-only' using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.event_wake()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('rollcall_event', '');
  return null;
end $function$;
