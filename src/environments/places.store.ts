import { newId, type Queryable, type Tx } from '../platform/index.js';
import type { Environment, EnvironmentType } from './environment.js';
import type { LogicalEnvironment } from './logical-environment.js';

const ENVIRONMENT = `id, name, type, description, state, built_in as "builtIn", archived_at as "archivedAt",
  created_at as "createdAt"`;
const LOGICAL_ENVIRONMENT = 'id, name, description, attributes, state, created_at as "createdAt"';

/** Locks the row when `tx` is inside a transaction that will change it (`lock`). */
export async function findEnvironment(
  db: Queryable,
  organizationId: string,
  name: string,
  lock: '' | 'for update' = '',
): Promise<Environment | null> {
  const { rows } = await db.query<Environment>(
    `select ${ENVIRONMENT} from environment where organization_id = $1 and name = $2 ${lock}`,
    [organizationId, name],
  );
  return rows[0] ?? null;
}

/** null when the name is taken. */
export async function insertEnvironment(
  tx: Tx,
  organizationId: string,
  input: { name: string; type: EnvironmentType; description: string | null; builtIn?: boolean },
): Promise<Environment | null> {
  const { rows } = await tx.query<Environment>(
    `insert into environment (id, organization_id, name, type, description, built_in)
     values ($1, $2, $3, $4, $5, $6) on conflict (organization_id, name) do nothing returning ${ENVIRONMENT}`,
    [newId('env'), organizationId, input.name, input.type, input.description, input.builtIn ?? false],
  );
  return rows[0] ?? null;
}

export async function updateEnvironment(
  tx: Tx,
  id: string,
  change: { description?: string | null; type?: EnvironmentType | null },
): Promise<Environment> {
  const { rows } = await tx.query<Environment>(
    `update environment set description = case when $2 then $3 else description end, type = coalesce($4, type)
     where id = $1 returning ${ENVIRONMENT}`,
    [id, change.description !== undefined, change.description ?? null, change.type ?? null],
  );
  return rows[0] as Environment;
}

export async function setEnvironmentState(
  tx: Tx,
  id: string,
  state: Environment['state'],
): Promise<Environment> {
  const { rows } = await tx.query<Environment>(
    `update environment set state = $2, archived_at = case when $2 = 'ARCHIVED' then now() end
     where id = $1 returning ${ENVIRONMENT}`,
    [id, state],
  );
  return rows[0] as Environment;
}

export async function findLogicalEnvironment(
  db: Queryable,
  organizationId: string,
  name: string,
  lock: '' | 'for update' = '',
): Promise<LogicalEnvironment | null> {
  const { rows } = await db.query<LogicalEnvironment>(
    `select ${LOGICAL_ENVIRONMENT} from logical_environment
     where organization_id = $1 and name = $2 and state <> 'DELETED' ${lock}`,
    [organizationId, name],
  );
  return rows[0] ?? null;
}

/** The id of the deleted LogicalEnvironment that had the name last; null when none had. */
export async function findDeletedNamesake(
  tx: Tx,
  organizationId: string,
  name: string,
): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from logical_environment where organization_id = $1 and name = $2 and state = 'DELETED'
     order by id desc limit 1`,
    [organizationId, name],
  );
  return rows[0]?.id ?? null;
}

/** null when the name is taken. */
export async function insertLogicalEnvironment(
  tx: Tx,
  organizationId: string,
  input: { name: string; description: string | null; attributes: Record<string, string> },
): Promise<LogicalEnvironment | null> {
  const { rows } = await tx.query<LogicalEnvironment>(
    `insert into logical_environment (id, organization_id, name, description, attributes) values ($1, $2, $3, $4, $5)
     on conflict (organization_id, name) where state <> 'DELETED' do nothing returning ${LOGICAL_ENVIRONMENT}`,
    [newId('lenv'), organizationId, input.name, input.description, input.attributes],
  );
  return rows[0] ?? null;
}

export async function updateLogicalEnvironment(
  tx: Tx,
  id: string,
  change: { description?: string | null; attributes?: Record<string, string> | null },
): Promise<LogicalEnvironment> {
  const { rows } = await tx.query<LogicalEnvironment>(
    `update logical_environment
     set description = case when $2 then $3 else description end, attributes = coalesce($4, attributes)
     where id = $1 returning ${LOGICAL_ENVIRONMENT}`,
    [id, change.description !== undefined, change.description ?? null, change.attributes ?? null],
  );
  return rows[0] as LogicalEnvironment;
}
