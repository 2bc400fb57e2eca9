import type { ActorType } from '../access/index.js';
import type { Artifact, ArtifactKind } from '../artifacts/index.js';
import type { Environment, LogicalEnvironment } from '../environments/index.js';
import type { Database, Instant } from '../platform/index.js';
import {
  FURTHER_FIELDS,
  type Deployment,
  type DeploymentRecord,
  type RecordStatus,
  type FurtherField,
} from './deployment.js';

/** A record with all that a list shows, read by one statement. */
export interface RecordRow extends DeploymentRecord {
  staleSince: Instant | null;
  deployment: Deployment & { environment: Environment; logicalEnvironment: LogicalEnvironment };
  artifact: Artifact;
  reportedBy: { id: string; name: string; type: ActorType };
}

/** Fields AND together, lists mean any-of, null = no condition. */
export interface RecordFilter {
  environments?: string[] | null;
  logicalEnvironments?: string[] | null;
  names?: string[] | null;
  kinds?: ArtifactKind[] | null;
  digests?: string[] | null;
  /** null = DEPLOYED, or every status when `at` is given. */
  statuses?: RecordStatus[] | null;
  /** [from, until) */
  deployedAt?: { from?: Instant | null; until?: Instant | null } | null;
  stale?: boolean | null;
  /** What ran at that instant. */
  at?: Instant | null;
  deploymentId?: string | null;
}

export interface RecordOrder {
  field: 'DEPLOYED_AT' | 'NAME';
  direction: 'ASC' | 'DESC';
}

interface Conditions {
  sql: string[];
  values: unknown[];
}

// One value is compared with =, so that the index also gives the order.
function conditions(organizationId: string, filter: RecordFilter): Conditions {
  const values: unknown[] = [organizationId];
  const sql = ['r.organization_id = $1'];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const anyOf = (
    list: string[] | null | undefined,
    one: (p: string) => string,
    many: (p: string) => string,
  ): void => {
    if (!list) return;
    sql.push(list.length === 1 ? one(bind(list[0])) : many(bind(list)));
  };
  const statuses = filter.statuses ?? (filter.at ? null : ['DEPLOYED']);
  if (statuses?.length === 1 && statuses[0] === 'DEPLOYED') sql.push(`r.status = 'DEPLOYED'`);
  else if (statuses && new Set(statuses).size < 3) sql.push(`r.status = any(${bind(statuses)})`);
  anyOf(
    filter.environments,
    (p) => `r.environment_id = (select id from environment where organization_id = $1 and name = ${p})`,
    (p) =>
      `r.environment_id = any(array(select id from environment where organization_id = $1 and name = any(${p})))`,
  );
  anyOf(
    filter.logicalEnvironments,
    (p) => `r.logical_environment_id = (select id from logical_environment
      where organization_id = $1 and name = ${p} and state <> 'DELETED')`,
    (p) => `r.logical_environment_id = any(array(select id from logical_environment
      where organization_id = $1 and name = any(${p}) and state <> 'DELETED'))`,
  );
  anyOf(
    filter.names,
    (p) => `r.name = ${p}`,
    (p) => `r.name = any(${p})`,
  );
  anyOf(
    filter.kinds,
    (p) => `r.kind = ${p}`,
    (p) => `r.kind = any(${p})`,
  );
  anyOf(
    filter.digests,
    (p) => `r.artifact_id = (select id from artifact where organization_id = $1 and digest = ${p})`,
    (p) =>
      `r.artifact_id = any(array(select id from artifact where organization_id = $1 and digest = any(${p})))`,
  );
  if (filter.deployedAt?.from) sql.push(`r.deployed_at >= ${bind(filter.deployedAt.from)}::timestamptz`);
  if (filter.deployedAt?.until) sql.push(`r.deployed_at < ${bind(filter.deployedAt.until)}::timestamptz`);
  if (filter.at) sql.push(`tstzrange(r.deployed_at, r.ended_at) @> ${bind(filter.at)}::timestamptz`);
  if (filter.deploymentId) sql.push(`r.deployment_id = ${bind(filter.deploymentId)}`);
  if (filter.stale !== undefined && filter.stale !== null)
    sql.push(`${filter.stale ? '' : 'not '}(r.status = 'DEPLOYED' and r.last_seen_at < now() - make_interval(
      secs => (select stale_after_seconds from organization where id = $1)))`);
  return { sql, values };
}

/** Which parts of the rows a list shows; the others are left out and loaded one by one if they are asked for. */
export interface RecordParts {
  staleSince: boolean;
  /** `createdAt` and the owner of the Deployment. */
  deployment: boolean;
  /** More of the artifact than id and digest. */
  artifact: boolean;
  /** Environment, LogicalEnvironment and reporter. */
  named: boolean;
  /** Which of the record's further columns. */
  columns: readonly FurtherField[];
}

const FURTHER_COLUMNS: Record<FurtherField, string> = {
  seq: 'r.seq',
  origin: 'r.origin',
  ociRef: 'r.oci_ref as "ociRef"',
  seenCount: 'r.seen_count as "seenCount"',
  endedAt: 'r.ended_at as "endedAt"',
  endReason: 'r.end_reason as "endReason"',
  supersededBy: 'r.superseded_by_id as "supersededById"',
  environmentName: 'r.environment_name as "environmentName"',
  logicalEnvironmentName: 'r.logical_environment_name as "logicalEnvironmentName"',
};

/** What every row of a list carries: the keys by which the rest is found, the order, and what lists always show. */
const CORE_COLUMNS = `r.id, r.deployment_id as "deploymentId", r.environment_id as "environmentId",
  r.logical_environment_id as "logicalEnvironmentId", r.name, r.kind, r.artifact_id as "artifactId", r.digest, r.status,
  r.deployed_at as "deployedAt", r.last_seen_at as "lastSeenAt", r.reported_by_id as "reportedById"`;

const EVERY_PART: RecordParts = {
  staleSince: true,
  deployment: true,
  artifact: true,
  named: true,
  columns: FURTHER_FIELDS,
};

const KEY_OF = { DEPLOYED_AT: 'r.deployed_at', NAME: 'r.name' } as const;
const CAST_OF = { DEPLOYED_AT: '::timestamptz', NAME: '' } as const;

const STALE_AFTER = 'make_interval(secs => (select stale_after_seconds from organization where id = $1))';
const STALE_SINCE = `case when r.status = 'DEPLOYED' and r.last_seen_at < now() - ${STALE_AFTER}
  then r.last_seen_at + ${STALE_AFTER} end as "staleSince"`;
const DEPLOYMENT_PART = 'd.owner_project_id as "ownerProjectId", d.created_at as "deploymentCreatedAt"';
const ARTIFACT_PART = `a.kind as "artifactKind", a.name as "artifactName", a.version, a.size_bytes as "sizeBytes",
  a.evidence, a.created_at as "artifactCreatedAt"`;
const instant = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const NAMED = `jsonb_build_object(
  'environments', (select jsonb_object_agg(e.id, jsonb_build_object('id', e.id, 'name', e.name, 'type', e.type,
      'description', e.description, 'state', e.state, 'builtIn', e.built_in, 'archivedAt', ${instant('e.archived_at')},
      'createdAt', ${instant('e.created_at')}))
    from environment e where e.id = any(array(select distinct environment_id from page))),
  'logicalEnvironments', (select jsonb_object_agg(l.id, jsonb_build_object('id', l.id, 'name', l.name,
      'description', l.description, 'attributes', l.attributes, 'state', l.state, 'createdAt', ${instant('l.created_at')}))
    from logical_environment l where l.id = any(array(select distinct logical_environment_id from page))),
  'principals', (select jsonb_object_agg(p.id, jsonb_build_object('id', p.id, 'name', p.name, 'type', p.type))
    from principal p where p.id = any(array(select distinct reported_by_id from page))))`;

/** The statement of a page; exported for the plan tests. */
export function recordsStatement(
  organizationId: string,
  filter: RecordFilter,
  order: RecordOrder,
  after: [key: string, id: string] | null,
  limit: number,
  parts: RecordParts = EVERY_PART,
): { text: string; values: unknown[] } {
  const { sql, values } = conditions(organizationId, filter);
  const key = KEY_OF[order.field];
  if (after !== null) {
    const compare = order.direction === 'ASC' ? '>' : '<';
    const [k, id] = [values.push(after[0]), values.push(after[1])];
    sql.push(`(${key}, r.id) ${compare} ($${k}${CAST_OF[order.field]}, $${id})`);
  }
  const by = `${key} ${order.direction}, r.id ${order.direction}`;
  const limitAt = values.push(limit);
  // The places and reporters of a page are few: they come once, with its first row.
  const text = `
    with page as materialized (
      select r.* from deployment_record r where ${sql.join('\n and ')} order by ${by} limit $${limitAt}
    )
    select ${[
      CORE_COLUMNS,
      ...parts.columns.map((column) => FURTHER_COLUMNS[column]),
      ...(parts.staleSince ? [STALE_SINCE] : []),
      ...(parts.deployment ? [DEPLOYMENT_PART] : []),
      ...(parts.artifact ? [ARTIFACT_PART] : []),
      ...(parts.named ? [`case when row_number() over () = 1 then ${NAMED} end as named`] : []),
    ].join(', ')}
    from page r
    ${parts.deployment ? 'join deployment d on d.id = r.deployment_id' : ''}
    ${parts.artifact ? 'join artifact a on a.id = r.artifact_id' : ''}
    order by ${by}`;
  return { text, values };
}

export async function listRecords(
  db: Database,
  ...args: Parameters<typeof recordsStatement>
): Promise<RecordRow[]> {
  const { text, values } = recordsStatement(...args);
  const parts = args[5] ?? EVERY_PART;
  const rows = await db.query<Joined>(statementName(text), text, values);
  const named = rows.find((row) => row.named)?.named ?? null;
  return rows.map((row) => nest(row, named, parts));
}

export async function countRecords(
  db: Database,
  organizationId: string,
  filter: RecordFilter,
): Promise<number> {
  const { sql, values } = conditions(organizationId, filter);
  const text = `select count(*) as count from deployment_record r where ${sql.join(' and ')}`;
  return (await db.query<{ count: number }>(statementName(text), text, values))[0]?.count ?? 0;
}

const names = new Map<string, string>();
/** One prepared statement for each combination of filters. */
function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `records-${names.size}`));
  return name;
}

interface Named {
  environments: Record<string, Environment>;
  logicalEnvironments: Record<string, LogicalEnvironment>;
  principals: Record<string, RecordRow['reportedBy']>;
}

type Joined = DeploymentRecord &
  Pick<Artifact, 'version' | 'sizeBytes' | 'evidence'> & {
    staleSince: Instant | null;
    ownerProjectId: string | null;
    deploymentCreatedAt: Instant;
    artifactKind: ArtifactKind | null;
    artifactName: string | null;
    artifactCreatedAt: Instant;
    named?: Named | null;
  };

function nest(row: Joined, named: Named | null, parts: RecordParts): RecordRow {
  const record = row as unknown as RecordRow;
  record.deployment = {
    id: row.deploymentId,
    environmentId: row.environmentId,
    logicalEnvironmentId: row.logicalEnvironmentId,
    name: row.name,
    kind: row.kind,
    ownerProjectId: row.ownerProjectId,
    createdAt: row.deploymentCreatedAt,
  } as RecordRow['deployment'];
  if (named !== null) {
    record.deployment.environment = named.environments[row.environmentId] as Environment;
    record.deployment.logicalEnvironment = named.logicalEnvironments[
      row.logicalEnvironmentId
    ] as LogicalEnvironment;
    record.reportedBy = named.principals[row.reportedById] as RecordRow['reportedBy'];
  }
  const { artifactId: id, digest } = row;
  if (!parts.artifact) {
    record.artifact = { id, digest } as Artifact;
    return record;
  }
  record.artifact = {
    id,
    digest,
    kind: row.artifactKind,
    name: row.artifactName,
    version: row.version,
    sizeBytes: row.sizeBytes,
    evidence: row.evidence,
    createdAt: row.artifactCreatedAt,
  };
  return record;
}
