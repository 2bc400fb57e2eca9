import type { ArtifactKind } from '../artifacts/index.js';
import type { Database } from '../platform/index.js';
import type { Deployment, DeploymentRecord } from './deployment.js';
import { RECORD_COLUMNS } from './deployments.store.js';

const DEPLOYMENT = `d.id, d.environment_id as "environmentId", d.logical_environment_id as "logicalEnvironmentId", d.name,
  d.kind, d.owner_project_id as "ownerProjectId", d.created_at as "createdAt"`;

/** null = no condition. */
export interface DeploymentFilter {
  environments?: string[] | null;
  logicalEnvironments?: string[] | null;
  names?: string[] | null;
  kinds?: ArtifactKind[] | null;
  /** true = something runs, false = nothing does. */
  active?: boolean | null;
}

const WHERE = `d.organization_id = $1
  and ($2::text[] is null or d.environment_id in (select id from environment where organization_id = $1 and name = any($2)))
  and ($3::text[] is null or d.logical_environment_id in (select id from logical_environment
    where organization_id = $1 and name = any($3) and state <> 'DELETED'))
  and ($4::text[] is null or d.name = any($4))
  and ($5::text[] is null or d.kind = any($5))
  and ($6::boolean is null or $6 = exists (select from deployment_record r
    where r.deployment_id = d.id and r.status = 'DEPLOYED'))`;

const values = (organizationId: string, filter: DeploymentFilter): unknown[] => [
  organizationId,
  filter.environments ?? null,
  filter.logicalEnvironments ?? null,
  filter.names ?? null,
  filter.kinds ?? null,
  filter.active ?? null,
];

/** Newest first. */
export const listDeployments = (
  db: Database,
  organizationId: string,
  filter: DeploymentFilter,
  after: string | null,
  limit: number,
): Promise<Deployment[]> =>
  db.query<Deployment>(
    'list-deployments',
    `select ${DEPLOYMENT} from deployment d where ${WHERE} and ($7::text is null or d.id < $7) order by d.id desc limit $8`,
    [...values(organizationId, filter), after, limit],
  );

export const countDeployments = async (
  db: Database,
  organizationId: string,
  filter: DeploymentFilter,
): Promise<number> =>
  (
    await db.query<{ count: number }>(
      'count-deployments',
      `select count(*) as count from deployment d where ${WHERE}`,
      values(organizationId, filter),
    )
  )[0]?.count ?? 0;

/** By the four parts of the key; null = no such Deployment. */
export const findDeployment = async (
  db: Database,
  organizationId: string,
  key: { environment: string; logicalEnvironment: string; name: string; kind: string },
): Promise<Deployment | null> =>
  (
    await db.query<Deployment>(
      'find-deployment',
      `select ${DEPLOYMENT} from deployment d
       join environment e on e.organization_id = $1 and e.name = $2
       join logical_environment l on l.organization_id = $1 and l.name = $3 and l.state <> 'DELETED'
       where d.organization_id = $1 and d.environment_id = e.id and d.logical_environment_id = l.id
         and d.name = $4 and d.kind = $5`,
      [organizationId, key.environment, key.logicalEnvironment, key.name, key.kind],
    )
  )[0] ?? null;

/** By id, in no order; unknown ids are left out. */
export const findDeployments = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Deployment[]> =>
  db.query<Deployment>(
    'find-deployments',
    `select ${DEPLOYMENT} from deployment d where d.organization_id = $1 and d.id = any($2)`,
    [organizationId, ids],
  );

/** The active record of each Deployment that has one. */
export const findActiveRecords = (
  db: Database,
  organizationId: string,
  deploymentIds: readonly string[],
): Promise<DeploymentRecord[]> =>
  db.query<DeploymentRecord>(
    'find-active-records',
    `select ${RECORD_COLUMNS} from deployment_record r
     where r.organization_id = $1 and r.deployment_id = any($2) and r.status = 'DEPLOYED'`,
    [organizationId, deploymentIds],
  );

/** How many records are active, by the id of their Environment or LogicalEnvironment. */
export const countActive = (
  db: Database,
  organizationId: string,
  by: 'environment_id' | 'logical_environment_id',
  ids: readonly string[],
): Promise<{ id: string; count: number }[]> =>
  db.query(
    `count-active-${by}`,
    `select r.${by} as id, count(*) as count from deployment_record r
     where r.organization_id = $1 and r.${by} = any($2) and r.status = 'DEPLOYED' group by r.${by}`,
    [organizationId, ids],
  );
