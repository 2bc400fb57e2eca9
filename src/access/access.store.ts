import type { Database, Instant, Queryable, Tx } from '../platform/index.js';
import type { ActorType } from './actor.js';
import type { ApiToken, Organization } from './organization.js';

const ORGANIZATION = `id, slug, name, require_attestation as "requireAttestation",
  attestation_requirement as "attestationRequirement", create_logical_environments as "createLogicalEnvironments",
  create_environments as "createEnvironments", stale_after_seconds as "staleAfterSeconds", created_at as "createdAt"`;
const TOKEN = `t.id, t.name, t.prefix, t.permissions, t.created_at as "createdAt", t.expires_at as "expiresAt",
  t.last_used_at as "lastUsedAt", t.revoked_at as "revokedAt"`;

export interface TokenHolder {
  tokenId: string;
  organizationId: string;
  principalId: string;
  name: string;
  type: ActorType;
  permissions: string[];
  expiresAt: Instant | null;
}

/** The holder of an unrevoked token of an active principal; null when there is none. Expiry is the caller's check. */
export async function findHolder(db: Database, hash: Buffer): Promise<TokenHolder | null> {
  const rows = await db.query<TokenHolder>(
    'find-token-holder',
    `select t.id as "tokenId", t.organization_id as "organizationId", t.principal_id as "principalId", p.name, p.type,
       t.permissions, t.expires_at as "expiresAt"
     from api_token t join principal p on p.organization_id = t.organization_id and p.id = t.principal_id
     where t.hash = $1 and t.revoked_at is null and p.state = 'ACTIVE'`,
    [hash],
  );
  return rows[0] ?? null;
}

/** Whether the token is in force and its principal active. */
export async function isInForce(db: Database, tokenId: string): Promise<boolean> {
  const rows = await db.query(
    'token-in-force',
    `select from api_token t join principal p on p.organization_id = t.organization_id and p.id = t.principal_id
     where t.id = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now()) and p.state = 'ACTIVE'`,
    [tokenId],
  );
  return rows.length > 0;
}

export async function touchToken(db: Database, tokenId: string): Promise<void> {
  await db.query('touch-token', 'update api_token set last_used_at = now() where id = $1', [tokenId]);
}

export async function insertPrincipal(
  tx: Tx,
  row: { id: string; organizationId: string; type: ActorType; name: string },
): Promise<void> {
  await tx.query('insert into principal (id, organization_id, type, name) values ($1, $2, $3, $4)', [
    row.id,
    row.organizationId,
    row.type,
    row.name,
  ]);
}

export async function insertToken(
  tx: Tx,
  row: {
    id: string;
    organizationId: string;
    principalId: string;
    name: string;
    prefix: string;
    hash: Buffer;
    permissions: readonly string[];
    expiresAt: Instant | null;
  },
): Promise<ApiToken> {
  const { rows } = await tx.query<ApiToken>(
    `insert into api_token as t (id, organization_id, principal_id, name, prefix, hash, permissions, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${TOKEN}`,
    [
      row.id,
      row.organizationId,
      row.principalId,
      row.name,
      row.prefix,
      row.hash,
      row.permissions,
      row.expiresAt,
    ],
  );
  return rows[0] as ApiToken;
}

/** null when the organization has no such token. Revoking twice keeps the first instant. */
export async function revokeToken(tx: Tx, organizationId: string, id: string): Promise<ApiToken | null> {
  const { rows } = await tx.query<ApiToken>(
    `update api_token t set revoked_at = coalesce(revoked_at, now()) where organization_id = $1 and id = $2
     returning ${TOKEN}`,
    [organizationId, id],
  );
  return rows[0] ?? null;
}

export async function findToken(db: Queryable, organizationId: string, id: string): Promise<ApiToken | null> {
  const { rows } = await db.query<ApiToken>(
    `select ${TOKEN} from api_token t where t.organization_id = $1 and t.id = $2`,
    [organizationId, id],
  );
  return rows[0] ?? null;
}

export async function findOrganization(db: Queryable, id: string): Promise<Organization | null> {
  const { rows } = await db.query<Organization>({
    name: 'find-organization',
    text: `select ${ORGANIZATION} from organization where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** null = there is none yet. */
export async function findFirstOrganization(tx: Tx): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>('select id from organization order by id limit 1');
  return rows[0]?.id ?? null;
}

export async function insertOrganization(
  tx: Tx,
  row: { id: string; slug: string; name: string },
): Promise<void> {
  await tx.query('insert into organization (id, slug, name) values ($1, $2, $3)', [
    row.id,
    row.slug,
    row.name,
  ]);
}

/** null fields stay as they are. */
export async function updateOrganization(
  tx: Tx,
  id: string,
  change: Partial<Omit<Organization, 'id' | 'slug' | 'name' | 'createdAt'>>,
): Promise<Organization> {
  const { rows } = await tx.query<Organization>(
    `update organization set
       require_attestation = coalesce($2, require_attestation),
       attestation_requirement = coalesce($3, attestation_requirement),
       create_logical_environments = coalesce($4, create_logical_environments),
       create_environments = coalesce($5, create_environments),
       stale_after_seconds = coalesce($6, stale_after_seconds)
     where id = $1 returning ${ORGANIZATION}`,
    [
      id,
      change.requireAttestation ?? null,
      change.attestationRequirement ?? null,
      change.createLogicalEnvironments ?? null,
      change.createEnvironments ?? null,
      change.staleAfterSeconds ?? null,
    ],
  );
  return rows[0] as Organization;
}
