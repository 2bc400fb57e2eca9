import { ARTIFACT_COLUMNS, type Artifact } from '../artifacts/index.js';
import type { Database } from '../platform/index.js';
import type { Attestation, BuildRun, Workflow } from './attestation.js';
import { ATTESTATION_COLUMNS, BUILD_RUN_COLUMNS } from './evidence.store.js';
import type { StatementSubject } from './statement.js';

/** null = no condition. */
export interface AttestationFilter {
  digests?: string[] | null;
  verdicts?: string[] | null;
  predicateTypes?: string[] | null;
}

const WHERE = `t.organization_id = $1
  and ($2::text[] is null or t.id in (select l.attestation_id from attestation_artifact l
    join artifact a on a.organization_id = l.organization_id and a.id = l.artifact_id
    where l.organization_id = $1 and a.organization_id = $1 and a.digest = any($2)))
  and ($3::text[] is null or t.verdict = any($3))
  and ($4::text[] is null or t.predicate_type = any($4))`;

const values = (organizationId: string, filter: AttestationFilter): unknown[] => [
  organizationId,
  filter.digests ?? null,
  filter.verdicts ?? null,
  filter.predicateTypes ?? null,
];

/** Newest first. */
export const listAttestations = (
  db: Database,
  organizationId: string,
  filter: AttestationFilter,
  after: string | null,
  limit: number,
): Promise<Attestation[]> =>
  db.query<Attestation>(
    'list-attestations',
    `select ${ATTESTATION_COLUMNS} from attestation t
     where ${WHERE} and ($5::text is null or t.id < $5) order by t.id desc limit $6`,
    [...values(organizationId, filter), after, limit],
  );

export const countAttestations = async (
  db: Database,
  organizationId: string,
  filter: AttestationFilter,
): Promise<number> =>
  (
    await db.query<{ count: number }>(
      'count-attestations',
      `select count(*) as count from attestation t where ${WHERE}`,
      values(organizationId, filter),
    )
  )[0]?.count ?? 0;

export const listSubjects = (
  db: Database,
  organizationId: string,
  attestationIds: readonly string[],
): Promise<(Pick<StatementSubject, 'name' | 'digest'> & { attestationId: string })[]> =>
  db.query(
    'list-subjects',
    `select attestation_id as "attestationId", name, digest from attestation_subject
     where organization_id = $1 and attestation_id = any($2) order by attestation_id, ordinal`,
    [organizationId, attestationIds],
  );

export const listArtifactsOf = (
  db: Database,
  organizationId: string,
  attestationIds: readonly string[],
): Promise<(Artifact & { attestationId: string })[]> =>
  db.query(
    'list-artifacts-of-attestations',
    `select l.attestation_id as "attestationId", ${ARTIFACT_COLUMNS}
     from attestation_artifact l join artifact a on a.organization_id = l.organization_id and a.id = l.artifact_id
     where l.organization_id = $1 and l.attestation_id = any($2) order by a.digest`,
    [organizationId, attestationIds],
  );

/** Attestations that name each artifact, newest first. */
export const listAttestationsOf = (
  db: Database,
  organizationId: string,
  artifactIds: readonly string[],
): Promise<(Attestation & { artifactId: string })[]> =>
  db.query(
    'list-attestations-of-artifacts',
    `select l.artifact_id as "artifactId", ${ATTESTATION_COLUMNS}
     from attestation_artifact l join attestation t on t.organization_id = l.organization_id and t.id = l.attestation_id
     where l.organization_id = $1 and l.artifact_id = any($2) order by t.id desc`,
    [organizationId, artifactIds],
  );

// What a forged or contradictory attestation claims is never linked to the artifact.
const LINKED = `t.verdict in ('VERIFIED', 'UNVERIFIED')`;

/** Build runs that made each artifact, confirmed ones first. */
export const listBuildRunsOf = (
  db: Database,
  organizationId: string,
  artifactIds: readonly string[],
): Promise<(BuildRun & { artifactId: string })[]> =>
  db.query(
    'list-build-runs-of-artifacts',
    `select distinct l.artifact_id as "artifactId", ${BUILD_RUN_COLUMNS}
     from attestation_artifact l
     join attestation t on t.organization_id = l.organization_id and t.id = l.attestation_id and ${LINKED}
     join build_run b on b.organization_id = t.organization_id and b.id = t.build_run_id
     where l.organization_id = $1 and l.artifact_id = any($2) order by b.confirmed desc, b.id desc`,
    [organizationId, artifactIds],
  );

/** Ids of the project versions whose evidence names each artifact. */
export const listProjectVersionsOf = (
  db: Database,
  organizationId: string,
  artifactIds: readonly string[],
): Promise<{ artifactId: string; id: string }[]> =>
  db.query(
    'list-project-versions-of-artifacts',
    `select distinct l.artifact_id as "artifactId", t.project_version_id as id
     from attestation_artifact l
     join attestation t on t.organization_id = l.organization_id and t.id = l.attestation_id and ${LINKED}
     where l.organization_id = $1 and l.artifact_id = any($2) and t.project_version_id is not null order by 2 desc`,
    [organizationId, artifactIds],
  );

/** By id, in no order; unknown ids are left out. */
export const findBuildRuns = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<BuildRun[]> =>
  db.query<BuildRun>(
    'find-build-runs',
    `select ${BUILD_RUN_COLUMNS} from build_run b where b.organization_id = $1 and b.id = any($2)`,
    [organizationId, ids],
  );

/** Attestations that tell of each build run, newest first. */
export const listAttestationsOfRuns = (
  db: Database,
  organizationId: string,
  buildRunIds: readonly string[],
): Promise<Attestation[]> =>
  db.query<Attestation>(
    'list-attestations-of-runs',
    `select ${ATTESTATION_COLUMNS} from attestation t
     where t.organization_id = $1 and t.build_run_id = any($2) order by t.id desc`,
    [organizationId, buildRunIds],
  );

/** By id, in no order; unknown ids are left out. */
export const findWorkflows = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Workflow[]> =>
  db.query<Workflow>(
    'find-workflows',
    'select id, name, source from workflow where organization_id = $1 and id = any($2)',
    [organizationId, ids],
  );

/** The newest runs of a workflow. */
export const listRunsOfWorkflow = (
  db: Database,
  organizationId: string,
  workflowId: string,
  limit: number,
): Promise<BuildRun[]> =>
  db.query<BuildRun>(
    'list-runs-of-workflow',
    `select ${BUILD_RUN_COLUMNS} from build_run b
     where b.organization_id = $1 and b.workflow_id = $2 order by b.id desc limit $3`,
    [organizationId, workflowId, limit],
  );
