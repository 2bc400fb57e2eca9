import type { Database } from '../platform/index.js';
import type { Environment, EnvironmentState } from './environment.js';
import type { LogicalEnvironment, LogicalEnvironmentState } from './logical-environment.js';

const ENVIRONMENT = `id, name, type, description, state, built_in as "builtIn", archived_at as "archivedAt",
  created_at as "createdAt"`;
const LOGICAL_ENVIRONMENT = 'id, name, description, attributes, state, created_at as "createdAt"';

/** By name. `names` null = all. */
export const listEnvironments = (
  db: Database,
  organizationId: string,
  filter: { states: EnvironmentState[]; names: string[] | null },
  after: string | null,
  limit: number,
): Promise<Environment[]> =>
  db.query<Environment>(
    'list-environments',
    `select ${ENVIRONMENT} from environment
     where organization_id = $1 and state = any($2) and ($3::text[] is null or name = any($3))
       and ($4::text is null or name > $4)
     order by name limit $5`,
    [organizationId, filter.states, filter.names, after, limit],
  );

export const countEnvironments = async (
  db: Database,
  organizationId: string,
  filter: { states: EnvironmentState[]; names: string[] | null },
): Promise<number> =>
  (
    await db.query<{ count: number }>(
      'count-environments',
      `select count(*) as count from environment
       where organization_id = $1 and state = any($2) and ($3::text[] is null or name = any($3))`,
      [organizationId, filter.states, filter.names],
    )
  )[0]?.count ?? 0;

/** By name. `names` null = all. */
export const listLogicalEnvironments = (
  db: Database,
  organizationId: string,
  filter: { states: LogicalEnvironmentState[]; names: string[] | null },
  after: [name: string, id: string] | null,
  limit: number,
): Promise<LogicalEnvironment[]> =>
  db.query<LogicalEnvironment>(
    'list-logical-environments',
    `select ${LOGICAL_ENVIRONMENT} from logical_environment
     where organization_id = $1 and state = any($2) and ($3::text[] is null or name = any($3))
       and ($4::text is null or (name, id) > ($4, $5))
     order by name, id limit $6`,
    [organizationId, filter.states, filter.names, after?.[0] ?? null, after?.[1] ?? null, limit],
  );

export const countLogicalEnvironments = async (
  db: Database,
  organizationId: string,
  filter: { states: LogicalEnvironmentState[]; names: string[] | null },
): Promise<number> =>
  (
    await db.query<{ count: number }>(
      'count-logical-environments',
      `select count(*) as count from logical_environment
       where organization_id = $1 and state = any($2) and ($3::text[] is null or name = any($3))`,
      [organizationId, filter.states, filter.names],
    )
  )[0]?.count ?? 0;

/** By id, in no order; unknown ids are left out. */
export const findEnvironments = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Environment[]> =>
  db.query<Environment>(
    'find-environments',
    `select ${ENVIRONMENT} from environment where organization_id = $1 and id = any($2)`,
    [organizationId, ids],
  );

/** By id, in no order; unknown ids are left out. */
export const findLogicalEnvironments = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<LogicalEnvironment[]> =>
  db.query<LogicalEnvironment>(
    'find-logical-environments',
    `select ${LOGICAL_ENVIRONMENT} from logical_environment where organization_id = $1 and id = any($2)`,
    [organizationId, ids],
  );
