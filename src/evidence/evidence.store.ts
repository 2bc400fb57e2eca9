import { newId, type Database, type Instant, type Queryable, type Tx } from '../platform/index.js';
import type { Attestation, BuildRun, TrustedRoot } from './attestation.js';
import type { StatementSubject } from './statement.js';

export const ATTESTATION_COLUMNS = `t.id, 'sha256:' || t.blob_sha256 as "envelopeDigest", t.position, t.name, t.format,
  t.predicate_type as "predicateType", (select octet_length(b.bytes) from attestation_blob b
    where b.organization_id = t.organization_id and b.sha256 = t.blob_sha256) as "sizeBytes",
  t.verdict, t.reason, t.policy, t.signer, t.signed_at as "signedAt",
  (select r.name from trusted_root r where r.id = t.trusted_root_id) as "trustedRoot", t.mismatches,
  t.verified_at as "verifiedAt", t.build_run_id as "buildRunId", t.project_version_id as "projectVersionId",
  t.created_at as "createdAt"`;
export const BUILD_RUN_COLUMNS = `b.id, b.workflow_id as "workflowId", b.confirmed, b.mapper, b.builder_id as "builderId",
  b.build_type as "buildType", b.invocation_id as "invocationId", b.run_id as "runId", b.run_attempt as "runAttempt",
  b.run_url as "runUrl", b.source_repo as "sourceRepo", b.source_ref as "sourceRef", b.source_commit as "sourceCommit",
  b.workflow_path as "workflowPath", b.workflow_name as "workflowName", b.trigger, b.started_at as "startedAt",
  b.completed_at as "completedAt"`;

const ROOT = `id, name, kind, content, sha256, built_in as "builtIn", tlog_threshold as "tlogThreshold",
  ctlog_threshold as "ctlogThreshold", timestamp_threshold as "timestampThreshold", created_at as "createdAt"`;

export async function listTrustedRoots(db: Queryable, organizationId: string): Promise<TrustedRoot[]> {
  const { rows } = await db.query<TrustedRoot>({
    name: 'list-trusted-roots',
    text: `select ${ROOT} from trusted_root where organization_id = $1 order by name`,
    values: [organizationId],
  });
  return rows;
}

/** null when the name is taken. */
export async function insertTrustedRoot(
  tx: Tx,
  organizationId: string,
  root: Omit<TrustedRoot, 'id' | 'createdAt'>,
): Promise<TrustedRoot | null> {
  const { rows } = await tx.query<TrustedRoot>(
    `insert into trusted_root (id, organization_id, name, kind, content, sha256, built_in, tlog_threshold,
       ctlog_threshold, timestamp_threshold)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (organization_id, name) do nothing returning ${ROOT}`,
    [
      newId('trt'),
      organizationId,
      root.name,
      root.kind,
      root.content,
      root.sha256,
      root.builtIn,
      root.tlogThreshold,
      root.ctlogThreshold,
      root.timestampThreshold,
    ],
  );
  return rows[0] ?? null;
}

/** Keeps the original bytes, once. */
export async function insertBlob(
  tx: Tx,
  organizationId: string,
  sha256: string,
  bytes: Uint8Array,
): Promise<void> {
  await tx.query(
    'insert into attestation_blob (organization_id, sha256, bytes) values ($1, $2, $3) on conflict do nothing',
    [organizationId, sha256, bytes],
  );
}

export async function readBlob(
  db: Queryable,
  organizationId: string,
  sha256: string,
): Promise<Buffer | null> {
  const { rows } = await db.query<{ bytes: Buffer }>(
    'select bytes from attestation_blob where organization_id = $1 and sha256 = $2',
    [organizationId, sha256],
  );
  return rows[0]?.bytes ?? null;
}

/** What a judgement says of an attestation. */
export interface Judgement {
  verdict: Attestation['verdict'];
  reason: Attestation['reason'];
  policy: Attestation['policy'];
  signer: Attestation['signer'];
  signedAt: Instant | null;
  trustedRootId: string | null;
  mismatches: Attestation['mismatches'];
  verifier: string;
  buildRunId: string | null;
  projectVersionId: string | null;
}

export interface NewAttestation extends Judgement {
  organizationId: string;
  sha256: string;
  position: number;
  name: string | null;
  format: string;
  predicateType: string | null;
  pushedById: string;
}

/** The id of a new attestation; null when these bytes were stored before. */
export async function insertAttestation(tx: Tx, row: NewAttestation): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into attestation (id, organization_id, blob_sha256, position, name, format, predicate_type, verdict, reason,
       policy, signer, signed_at, trusted_root_id, mismatches, verifier, verified_at, build_run_id, project_version_id,
       pushed_by_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, now(), $16, $17, $18)
     on conflict (organization_id, blob_sha256, position) do nothing returning id`,
    [
      newId('att'),
      row.organizationId,
      row.sha256,
      row.position,
      row.name,
      row.format,
      row.predicateType,
      row.verdict,
      row.reason,
      row.policy,
      row.signer,
      row.signedAt,
      row.trustedRootId,
      JSON.stringify(row.mismatches),
      row.verifier,
      row.buildRunId,
      row.projectVersionId,
      row.pushedById,
    ],
  );
  return rows[0]?.id ?? null;
}

/** Judges a stored attestation again; answers its id and whether the verdict changed. */
export async function rejudge(
  tx: Tx,
  row: NewAttestation,
): Promise<{ id: string; before: string; changed: boolean }> {
  const { rows } = await tx.query<{ id: string; verdict: string; reason: string | null }>(
    `select id, verdict, reason from attestation
     where organization_id = $1 and blob_sha256 = $2 and position = $3 for update`,
    [row.organizationId, row.sha256, row.position],
  );
  const { id, verdict, reason } = rows[0] as { id: string; verdict: string; reason: string | null };
  const changed = verdict !== row.verdict || reason !== row.reason;
  if (changed)
    await tx.query(
      `update attestation set verdict = $2, reason = $3, policy = $4, signer = $5, signed_at = $6, trusted_root_id = $7,
         mismatches = $8, verifier = $9, verified_at = now(), build_run_id = $10, project_version_id = $11
       where id = $1`,
      [
        id,
        row.verdict,
        row.reason,
        row.policy,
        row.signer,
        row.signedAt,
        row.trustedRootId,
        JSON.stringify(row.mismatches),
        row.verifier,
        row.buildRunId,
        row.projectVersionId,
      ],
    );
  return { id, before: verdict, changed };
}

export async function insertSubjects(
  tx: Tx,
  organizationId: string,
  attestationId: string,
  subjects: Pick<StatementSubject, 'name' | 'digest'>[],
): Promise<void> {
  await tx.query(
    `insert into attestation_subject (organization_id, attestation_id, ordinal, name, digest)
     select $1, $2, i.ordinal, i.name, i.digest
     from unnest($3::text[], $4::jsonb[]) with ordinality as i(name, digest, ordinal)`,
    [
      organizationId,
      attestationId,
      subjects.map((each) => each.name),
      subjects.map((each) => JSON.stringify(each.digest)),
    ],
  );
}

export async function linkArtifacts(
  tx: Tx,
  organizationId: string,
  attestationId: string,
  artifactIds: string[],
): Promise<void> {
  await tx.query(
    `insert into attestation_artifact (organization_id, artifact_id, attestation_id)
     select $1, unnest($3::text[]), $2 on conflict do nothing`,
    [organizationId, attestationId, artifactIds],
  );
}

/**
 * Sets the evidence level of the artifacts, and of the platforms of those that are indexes, to what their attestations
 * say now: an attestation of an index covers its platforms.
 */
export async function settleEvidence(tx: Tx, organizationId: string, artifactIds: string[]): Promise<void> {
  await tx.query(
    `with asked as (
       select unnest($2::text[]) as id
       union select p.platform_id from artifact_platform p where p.organization_id = $1 and p.index_id = any($2)
     ), wanted as materialized (
       select a.id, (array['NONE', 'EXISTS', 'VERIFIED'])[1 + coalesce((
         select max(case t.verdict when 'VERIFIED' then 2 when 'INVALID' then 0 else 1 end)
         from (select a.id as covered_by union all select p.index_id from artifact_platform p
           where p.organization_id = $1 and p.platform_id = a.id) s
         join attestation_artifact l on l.organization_id = $1 and l.artifact_id = s.covered_by
         join attestation t on t.organization_id = $1 and t.id = l.attestation_id), 0)] as evidence
       from asked join artifact a on a.organization_id = $1 and a.id = asked.id
       order by a.id for no key update of a
     )
     update artifact a set evidence = wanted.evidence from wanted where a.id = wanted.id and a.evidence <> wanted.evidence`,
    [organizationId, artifactIds],
  );
}

export async function ensureWorkflow(
  tx: Tx,
  organizationId: string,
  source: string,
  name: string,
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into workflow (id, organization_id, source, name) values ($1, $2, $3, $4)
     on conflict (organization_id, source, name) do update set name = excluded.name returning id`,
    [newId('wfl'), organizationId, source, name],
  );
  return (rows[0] as { id: string }).id;
}

/** The id of the build run with this identity; what is stored of it is never overwritten. */
export async function ensureBuildRun(
  tx: Tx,
  organizationId: string,
  identity: string,
  run: Omit<BuildRun, 'id'>,
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into build_run (id, organization_id, identity, workflow_id, confirmed, mapper, builder_id, build_type,
       invocation_id, run_id, run_attempt, run_url, source_repo, source_ref, source_commit, workflow_path, workflow_name,
       trigger, started_at, completed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
     on conflict (organization_id, identity) do update set identity = excluded.identity returning id`,
    [
      newId('bld'),
      organizationId,
      identity,
      run.workflowId,
      run.confirmed,
      run.mapper,
      run.builderId,
      run.buildType,
      run.invocationId,
      run.runId,
      run.runAttempt,
      run.runUrl,
      run.sourceRepo,
      run.sourceRef,
      run.sourceCommit,
      run.workflowPath,
      run.workflowName,
      run.trigger,
      run.startedAt,
      run.completedAt,
    ],
  );
  return (rows[0] as { id: string }).id;
}

/** By id, in no order; unknown ids are left out. */
export const findAttestations = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Attestation[]> =>
  db.query<Attestation>(
    'find-attestations',
    `select ${ATTESTATION_COLUMNS} from attestation t where t.organization_id = $1 and t.id = any($2)`,
    [organizationId, ids],
  );
