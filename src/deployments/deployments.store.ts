import type { ArtifactKind } from '../artifacts/index.js';
import type { Instant, Queryable, Tx } from '../platform/index.js';
import type { DeploymentRecord } from './deployment.js';
import { FLAPPING_SECONDS, type DeploymentState } from './record-rules.js';
import type { Place } from './record-request.js';

/** The columns of a record, under the alias `r`. */
export const RECORD_COLUMNS = `r.id, r.deployment_id as "deploymentId", r.environment_id as "environmentId",
  r.logical_environment_id as "logicalEnvironmentId", r.environment_name as "environmentName",
  r.logical_environment_name as "logicalEnvironmentName", r.name, r.kind, r.seq, r.artifact_id as "artifactId",
  r.digest, r.oci_ref as "ociRef", r.status, r.origin, r.deployed_at as "deployedAt", r.last_seen_at as "lastSeenAt",
  r.seen_count as "seenCount", r.ended_at as "endedAt", r.superseded_by_id as "supersededById",
  r.end_reason as "endReason", r.reported_by_id as "reportedById"`;

const NOW = `date_trunc('milliseconds', clock_timestamp())`;

/** What the names of a call stand for; null = there is no such thing. */
export interface Resolved {
  environmentId: string | null;
  environmentState: 'ACTIVE' | 'ARCHIVED' | null;
  logicalEnvironmentId: string | null;
  logicalEnvironmentState: 'ACTIVE' | 'DELETING' | null;
  artifactId: string | null;
  artifactKind: ArtifactKind | null;
  evidence: 'NONE' | 'EXISTS' | 'VERIFIED' | null;
  deploymentId: string | null;
  requireAttestation: boolean;
  attestationRequirement: 'EXISTS' | 'VERIFIED';
  createLogicalEnvironments: boolean;
  createEnvironments: boolean;
  now: Instant;
}

/** Resolves names in input order, each by one probe of a unique index; locks nothing. */
export async function resolve(db: Queryable, places: (Place & { digest: string })[]): Promise<Resolved[]> {
  const { rows } = await db.query<Resolved>({
    name: 'resolve',
    text: `
      select e.id as "environmentId", e.state as "environmentState", l.id as "logicalEnvironmentId",
        l.state as "logicalEnvironmentState", a.id as "artifactId", a.kind as "artifactKind", a.evidence,
        d.id as "deploymentId", o.require_attestation as "requireAttestation",
        o.attestation_requirement as "attestationRequirement",
        o.create_logical_environments as "createLogicalEnvironments", o.create_environments as "createEnvironments",
        ${NOW} as now
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
        as i(organization_id, environment, logical_environment, name, kind, digest, ord)
      cross join lateral (select * from organization where id = i.organization_id limit 1) o
      left join lateral (select id, state from environment
        where organization_id = i.organization_id and name = i.environment limit 1) e on true
      left join lateral (select id, state from logical_environment
        where organization_id = i.organization_id and name = i.logical_environment and state <> 'DELETED' limit 1) l on true
      left join lateral (select id, kind, evidence from artifact
        where organization_id = i.organization_id and digest = i.digest limit 1) a on true
      left join lateral (select id from deployment where organization_id = i.organization_id
        and environment_id = e.id and logical_environment_id = l.id and name = i.name and kind = i.kind limit 1) d on true
      order by i.ord`,
    values: [
      places.map((place) => place.organizationId),
      places.map((place) => place.environment),
      places.map((place) => place.logicalEnvironment),
      places.map((place) => place.name),
      places.map((place) => place.kind),
      places.map((place) => place.digest),
    ],
  });
  return rows;
}

/** Keeps Environments and LogicalEnvironments from being archived or deleted meanwhile; answers the ACTIVE ones. */
export async function holdPlaces(
  tx: Tx,
  environmentIds: string[],
  logicalEnvironmentIds: string[],
): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>({
    name: 'hold-places',
    text: `
      with e as materialized (
        select id from environment where id = any($1) and state = 'ACTIVE' order by id for share
      ), l as materialized (
        select id from logical_environment where id = any($2) and state = 'ACTIVE' order by id for share
      )
      select id from e union all select id from l`,
    values: [environmentIds, logicalEnvironmentIds],
  });
  return new Set(rows.map((row) => row.id));
}

/** Inserts the Deployments that are new, in key order. */
export async function ensureDeployments(
  tx: Tx,
  rows: {
    id: string;
    organizationId: string;
    environmentId: string;
    logicalEnvironmentId: string;
    name: string;
    kind: string;
  }[],
): Promise<void> {
  await tx.query({
    name: 'ensure-deployments',
    text: `insert into deployment (id, organization_id, environment_id, logical_environment_id, name, kind)
           select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as i(a, b, c, d, e, f)
           order by b, c, d, e, f on conflict do nothing`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.organizationId),
      rows.map((row) => row.environmentId),
      rows.map((row) => row.logicalEnvironmentId),
      rows.map((row) => row.name),
      rows.map((row) => row.kind),
    ],
  });
}

export interface LockedDeployment {
  id: string;
  /** Position of the input. */
  ord: number;
  observedMax: Instant | null;
  seq: number;
  ownerProjectId: string | null;
}

/** Locks the Deployments of the inputs in id order. An input without a row has no Deployment. */
export async function lockDeployments(
  tx: Tx,
  keys: {
    organizationId: string;
    environmentId: string;
    logicalEnvironmentId: string;
    name: string;
    kind: string;
  }[],
): Promise<LockedDeployment[]> {
  const { rows } = await tx.query<LockedDeployment>({
    name: 'lock-deployments',
    text: `
      with k as materialized (
        select d.id, i.ord
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality
          as i(organization_id, environment_id, logical_environment_id, name, kind, ord)
        cross join lateral (select id from deployment d where d.organization_id = i.organization_id
          and d.environment_id = i.environment_id and d.logical_environment_id = i.logical_environment_id
          and d.name = i.name and d.kind = i.kind limit 1) d
      )
      select d.id, k.ord::int as ord, d.observed_max as "observedMax", d.seq, d.owner_project_id as "ownerProjectId"
      from k join deployment d on d.id = k.id
      order by d.id for no key update of d`,
    values: [
      keys.map((key) => key.organizationId),
      keys.map((key) => key.environmentId),
      keys.map((key) => key.logicalEnvironmentId),
      keys.map((key) => key.name),
      keys.map((key) => key.kind),
    ],
  });
  return rows;
}

type StateRow = Omit<DeploymentState, 'current' | 'observedMax'> & { current: string | null };

/**
 * Reads what runs under locked Deployments, in input order, and locks the active records in id order, so that no
 * heartbeat moves them before the transaction ends. A statement of its own: it sees what was committed before the locks.
 */
export async function readStates(
  tx: Tx,
  inputs: {
    deployment: LockedDeployment;
    organizationId: string;
    artifactId: string | null;
    observedAt: Instant | null;
  }[],
): Promise<DeploymentState[]> {
  const ids = inputs.map((input) => input.deployment.id);
  const { rows: active } = await tx.query<DeploymentRecord>({
    name: 'lock-active-records',
    text: `select ${RECORD_COLUMNS} from deployment_record r
           where r.deployment_id = any($1) and r.status = 'DEPLOYED' order by r.id for no key update`,
    values: [ids],
  });
  const current = new Map(active.map((row) => [row.deploymentId, row]));
  const { rows } = await tx.query<StateRow>({
    name: 'read-states',
    text: `
      select i.artifact_id is not null and (i.artifact_id = i.current or exists (select from artifact_platform p
          where p.organization_id = i.organization_id and p.index_id = i.current and p.platform_id = i.artifact_id))
          as "currentMatches",
        exists (select from deployment_record h
          where h.deployment_id = i.deployment_id and h.artifact_id = i.artifact_id) as known,
        (select jsonb_build_object('id', h.id, 'status', h.status, 'endedAt',
            to_char(h.ended_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'matches', h.artifact_id = i.artifact_id or exists (select from artifact_platform p
              where p.organization_id = i.organization_id and p.index_id = h.artifact_id and p.platform_id = i.artifact_id))
          from deployment_record h where h.deployment_id = i.deployment_id and h.origin <> 'BACKFILL'
          order by h.seq desc limit 1) as last,
        (select count(*)::int from (select h.ended_at, h.superseded_by_id from deployment_record h
            where h.deployment_id = i.deployment_id and h.origin <> 'BACKFILL' order by h.seq desc limit 8) h
          where h.superseded_by_id is not null
            and h.ended_at > least(i.observed_at, now()) - make_interval(secs => ${FLAPPING_SECONDS})) as "recentSwitches",
        ${NOW} as now
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) with ordinality
        as i(deployment_id, organization_id, artifact_id, current, observed_at, ord)
      order by i.ord`,
    values: [
      ids,
      inputs.map((input) => input.organizationId),
      inputs.map((input) => input.artifactId),
      ids.map((id) => current.get(id)?.artifactId ?? null),
      inputs.map((input) => input.observedAt),
    ],
  });
  return rows.map((row, i) => ({
    ...row,
    observedMax: (inputs[i] as (typeof inputs)[number]).deployment.observedMax,
    current: current.get(ids[i] as string) ?? null,
  }));
}

/** Refreshes locked active records. */
export async function refreshLocked(
  tx: Tx,
  rows: { id: string; at: Instant; times: number }[],
): Promise<DeploymentRecord[]> {
  const { rows: refreshed } = await tx.query<DeploymentRecord>({
    name: 'refresh-locked',
    text: `update deployment_record r set last_seen_at = greatest(r.last_seen_at, i.at), seen_count = r.seen_count + i.times
           from unnest($1::text[], $2::timestamptz[], $3::int[]) as i(id, at, times) where r.id = i.id
           returning ${RECORD_COLUMNS}`,
    values: [rows.map((row) => row.id), rows.map((row) => row.at), rows.map((row) => row.times)],
  });
  return refreshed;
}

/** The one terminal transition. `supersededById` null = decommissioned. */
export async function endRecords(
  tx: Tx,
  rows: { id: string; at: Instant; supersededById: string | null; endReason: string | null }[],
): Promise<DeploymentRecord[]> {
  const { rows: ended } = await tx.query<DeploymentRecord>({
    name: 'end-records',
    text: `update deployment_record r
           set status = case when i.superseded_by_id is null then 'DECOMMISSIONED' else 'SUPERSEDED' end,
             ended_at = i.at, superseded_by_id = i.superseded_by_id, end_reason = i.end_reason
           from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[]) as i(id, at, superseded_by_id, end_reason)
           where r.id = i.id and r.status = 'DEPLOYED' returning ${RECORD_COLUMNS}`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.at),
      rows.map((row) => row.supersededById),
      rows.map((row) => row.endReason),
    ],
  });
  return ended;
}

export type NewRecord = Omit<
  DeploymentRecord,
  'lastSeenAt' | 'seenCount' | 'supersededById' | 'endReason'
> & {
  organizationId: string;
};

export async function insertRecords(tx: Tx, rows: NewRecord[]): Promise<DeploymentRecord[]> {
  const { rows: inserted } = await tx.query<DeploymentRecord>({
    name: 'insert-records',
    text: `insert into deployment_record as r (id, organization_id, deployment_id, environment_id, logical_environment_id,
             environment_name, logical_environment_name, name, kind, seq, artifact_id, digest, oci_ref, status, origin,
             deployed_at, last_seen_at, ended_at, reported_by_id)
           select i.id, i.org, i.dep, i.env, i.lenv, i.env_name, i.lenv_name, i.name, i.kind, i.seq, i.art, i.digest,
             i.oci_ref, i.status, i.origin, i.at, i.at, i.ended_at, i.reporter
           from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
             $9::text[], $10::int[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::timestamptz[],
             $17::timestamptz[], $18::text[]) as i(id, org, dep, env, lenv, env_name, lenv_name, name, kind, seq, art,
             digest, oci_ref, status, origin, at, ended_at, reporter)
           returning ${RECORD_COLUMNS}`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.organizationId),
      rows.map((row) => row.deploymentId),
      rows.map((row) => row.environmentId),
      rows.map((row) => row.logicalEnvironmentId),
      rows.map((row) => row.environmentName),
      rows.map((row) => row.logicalEnvironmentName),
      rows.map((row) => row.name),
      rows.map((row) => row.kind),
      rows.map((row) => row.seq),
      rows.map((row) => row.artifactId),
      rows.map((row) => row.digest),
      rows.map((row) => row.ociRef),
      rows.map((row) => row.status),
      rows.map((row) => row.origin),
      rows.map((row) => row.deployedAt),
      rows.map((row) => row.endedAt),
      rows.map((row) => row.reportedById),
    ],
  });
  return inserted;
}

/** Step 6 of 9.2, with the number of records and, when it was unowned, the owner. */
export async function touchDeployments(
  tx: Tx,
  rows: { id: string; observedMax: Instant; seq: number; ownerProjectId: string | null }[],
): Promise<void> {
  await tx.query({
    name: 'touch-deployments',
    text: `update deployment d set observed_max = greatest(d.observed_max, i.at), seq = i.seq,
             owner_project_id = coalesce(d.owner_project_id, i.owner)
           from unnest($1::text[], $2::timestamptz[], $3::int[], $4::text[]) as i(id, at, seq, owner) where d.id = i.id`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.observedMax),
      rows.map((row) => row.seq),
      rows.map((row) => row.ownerProjectId),
    ],
  });
}

/** By id, in no order; unknown ids are left out. */
export async function findRecords(
  db: Queryable,
  organizationId: string,
  ids: readonly string[],
): Promise<DeploymentRecord[]> {
  const { rows } = await db.query<DeploymentRecord>({
    name: 'find-records',
    text: `select ${RECORD_COLUMNS} from deployment_record r where r.organization_id = $1 and r.id = any($2)`,
    values: [organizationId, ids],
  });
  return rows;
}

/** The newest record of an artifact under a Deployment; null = it never ran there. */
export async function findLatestOf(
  tx: Queryable,
  deploymentId: string,
  artifactId: string,
): Promise<DeploymentRecord | null> {
  const { rows } = await tx.query<DeploymentRecord>(
    `select ${RECORD_COLUMNS} from deployment_record r where r.deployment_id = $1 and r.artifact_id = $2
     order by r.seq desc limit 1`,
    [deploymentId, artifactId],
  );
  return rows[0] ?? null;
}

/** Locks, in id order, the Deployments of an Environment that have an active record. */
export async function lockActiveOfEnvironment(
  tx: Tx,
  organizationId: string,
  environmentId: string,
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select d.id from deployment d where d.organization_id = $1 and d.environment_id = $2
       and exists (select from deployment_record r where r.deployment_id = d.id and r.status = 'DEPLOYED')
     order by d.id for no key update of d`,
    [organizationId, environmentId],
  );
  return rows.map((row) => row.id);
}

/** Moves `observedMax` of locked Deployments forward. */
export async function noteObserved(tx: Tx, rows: { id: string; at: Instant }[]): Promise<void> {
  await tx.query({
    name: 'note-observed',
    text: `update deployment d set observed_max = greatest(d.observed_max, i.at)
           from unnest($1::text[], $2::timestamptz[]) as i(id, at) where d.id = i.id`,
    values: [rows.map((row) => row.id), rows.map((row) => row.at)],
  });
}
