import type { Database } from '../platform/index.js';
import type { ActorType } from './actor.js';
import type { ApiToken } from './organization.js';

/** Newest first. */
export const listTokens = (
  db: Database,
  organizationId: string,
  after: string | null,
  limit: number,
): Promise<ApiToken[]> =>
  db.query<ApiToken>(
    'list-tokens',
    `select id, name, prefix, permissions, created_at as "createdAt", expires_at as "expiresAt",
       last_used_at as "lastUsedAt", revoked_at as "revokedAt"
     from api_token where organization_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [organizationId, after, limit],
  );

export const countTokens = async (db: Database, organizationId: string): Promise<number> =>
  (
    await db.query<{ count: number }>(
      'count-tokens',
      'select count(*) as count from api_token where organization_id = $1',
      [organizationId],
    )
  )[0]?.count ?? 0;

export interface Principal {
  id: string;
  name: string;
  type: ActorType;
}

/** In no order; unknown ids are left out. */
export const findPrincipals = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Principal[]> =>
  db.query<Principal>(
    'find-principals',
    'select id, name, type from principal where organization_id = $1 and id = any($2)',
    [organizationId, ids],
  );
