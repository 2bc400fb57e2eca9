import type { ActorType } from '../access/index.js';
import { ARTIFACT_COLUMNS, type Artifact, type ArtifactKind } from '../artifacts/index.js';
import type { Environment, LogicalEnvironment } from '../environments/index.js';
import type { Database, Instant } from '../platform/index.js';
import type { Deployment, DeploymentRecord, RecordStatus } from './deployment.js';
import { RECORD_COLUMNS } from './deployments.store.js';

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
  const anyOf = (list: string[] | null | undefined, one: (p: string) => string, many: (p: string) => string): void => {
    if (!list) return;
    sql.push(list.length === 1 ? one(bind(list[0])) : many(bind(list)));
  };
  const statuses = filter.statuses ?? (filter.at ? null : ['DEPLOYED']);
  if (statuses?.length === 1 && statuses[0] === 'DEPLOYED') sql.push(`r.status = 'DEPLOYED'`);
  else if (statuses && new Set(statuses).size < 3) sql.push(`r.status = any(${bind(statuses)})`);
  anyOf(
    filter.environments,
    (p) => `r.environment_id = (select id from environment where organization_id = $1 and name = ${p})`,
    (p) => `r.environment_id = any(array(select id from environment where organization_id = $1 and name = any(${p})))`,
  );
  anyOf(
    filter.logicalEnvironments,
    (p) => `r.logical_environment_id = (select id from logical_environment
      where organization_id = $1 and name = ${p} and state <> 'DELETED')`,
    (p) => `r.logical_environment_id = any(array(select id from logical_environment
      where organization_id = $1 and name = any(${p}) and state <> 'DELETED'))`,
  );
  anyOf(filter.names, (p) => `r.name = ${p}`, (p) => `r.name = any(${p})`);
  anyOf(filter.kinds, (p) => `r.kind = ${p}`, (p) => `r.kind = any(${p})`);
  anyOf(
    filter.digests,
    (p) => `r.artifact_id = (select id from artifact where organization_id = $1 and digest = ${p})`,
    (p) => `r.artifact_id = any(array(select id from artifact where organization_id = $1 and digest = any(${p})))`,
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

const KEY_OF = { DEPLOYED_AT: 'r.deployed_at', NAME: 'r.name' } as const;
const CAST_OF = { DEPLOYED_AT: '::timestamptz', NAME: '' } as const;

/** The statement of a page; exported for the plan tests. */
export function recordsStatement(
  organizationId: string,
  filter: RecordFilter,
  order: RecordOrder,
  after: [key: string, id: string] | null,
  limit: number,
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
  const text = `
    with page as materialized (
      select r.* from deployment_record r where ${sql.join('\n and ')} order by ${by} limit $${limitAt}
    )
    select ${RECORD_COLUMNS},
      case when r.status = 'DEPLOYED' and r.last_seen_at < now() - make_interval(secs => o.stale_after_seconds)
        then r.last_seen_at + make_interval(secs => o.stale_after_seconds) end as "staleSince",
      d.owner_project_id as d_owner, d.created_at as d_created,
      e.type as e_type, e.name as e_name, e.description as e_description, e.state as e_state, e.built_in as e_built_in,
      e.archived_at as e_archived, e.created_at as e_created,
      l.name as l_name, l.description as l_description, l.attributes as l_attributes, l.state as l_state,
      l.created_at as l_created,
      ${ARTIFACT_COLUMNS.replace(/a\.(\w+)(?: as "\w+")?/g, 'a.$1 as a_$1')},
      p.name as p_name, p.type as p_type
    from page r
    join organization o on o.id = r.organization_id
    join deployment d on d.id = r.deployment_id
    join environment e on e.id = r.environment_id
    join logical_environment l on l.id = r.logical_environment_id
    join artifact a on a.id = r.artifact_id
    join principal p on p.id = r.reported_by_id
    order by ${by}`;
  return { text, values };
}

export async function listRecords(
  db: Database,
  ...args: Parameters<typeof recordsStatement>
): Promise<RecordRow[]> {
  const { text, values } = recordsStatement(...args);
  const rows = await db.query<Joined>(statementName(text), text, values);
  return rows.map(nest);
}

export async function countRecords(db: Database, organizationId: string, filter: RecordFilter): Promise<number> {
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

type Joined = DeploymentRecord & { staleSince: Instant | null } & Record<string, never>;

function nest(row: Joined): RecordRow {
  const record = row as unknown as RecordRow;
  record.deployment = {
    id: row.deploymentId,
    environmentId: row.environmentId,
    logicalEnvironmentId: row.logicalEnvironmentId,
    name: row.name,
    kind: row.kind,
    ownerProjectId: row['d_owner'] ?? null,
    createdAt: row['d_created'] as unknown as Instant,
    environment: {
      id: row.environmentId,
      name: row['e_name'] as unknown as string,
      type: row['e_type'] as unknown as Environment['type'],
      description: row['e_description'] ?? null,
      state: row['e_state'] as unknown as Environment['state'],
      builtIn: row['e_built_in'] as unknown as boolean,
      archivedAt: row['e_archived'] ?? null,
      createdAt: row['e_created'] as unknown as Instant,
    },
    logicalEnvironment: {
      id: row.logicalEnvironmentId,
      name: row['l_name'] as unknown as string,
      description: row['l_description'] ?? null,
      attributes: row['l_attributes'] as unknown as Record<string, string>,
      state: row['l_state'] as unknown as LogicalEnvironment['state'],
      createdAt: row['l_created'] as unknown as Instant,
    },
  };
  record.artifact = {
    id: row.artifactId,
    digest: row.digest,
    kind: row['a_kind'] ?? null,
    name: row['a_name'] ?? null,
    version: row['a_version'] ?? null,
    sizeBytes: row['a_size_bytes'] ?? null,
    evidence: row['a_evidence'] as unknown as Artifact['evidence'],
    createdAt: row['a_created_at'] as unknown as Instant,
  };
  record.reportedBy = {
    id: row.reportedById,
    name: row['p_name'] as unknown as string,
    type: row['p_type'] as unknown as ActorType,
  };
  return record;
}
