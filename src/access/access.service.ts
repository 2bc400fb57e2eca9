import { Inject, Injectable } from '@nestjs/common';
import {
  appendEvents,
  Database,
  newId,
  readPage,
  RollcallError,
  toPage,
  type Instant,
  type Page,
  type PageArgs,
  type Tx,
} from '../platform/index.js';
import { countTokens, findPrincipals, listTokens, type Principal } from './access.queries.js';
import * as store from './access.store.js';
import { require, type Actor, type ActorType, type Reporter } from './actor.js';
import { mutate } from './mutation.js';
import type { ApiToken, Organization } from './organization.js';
import { isPermission, PERMISSIONS } from './permissions.js';
import { hashToken, isTokenForm, newToken, shownPrefix } from './token.js';

/** How long a process trusts what it read of a token; a revocation elsewhere takes effect within this time. */
const CACHE_MS = 5_000;
const TOUCH_MS = 60_000;
const MAX_CACHED = 10_000;

type Known = Omit<Actor, 'requestId' | 'idempotencyKey'>;
interface Cached {
  actor: Known;
  expiresAt: number;
  readAt: number;
  touchedAt: number;
}

@Injectable()
export class AccessService {
  private readonly cache = new Map<string, Cached>();
  /** When tokens of calls that last were found in force, by id. */
  private readonly confirmed = new Map<string, number>();

  constructor(@Inject(Database) private readonly db: Database) {}

  /** Who holds the token; throws UNAUTHENTICATED for one that is unknown, expired or revoked. */
  async authenticate(secret: string | null): Promise<Known> {
    if (secret === null || !isTokenForm(secret)) throw unauthenticated();
    const hash = hashToken(secret);
    const key = hash.toString('latin1');
    const now = Date.now();
    let cached = this.cache.get(key);
    if (!cached || now - cached.readAt > CACHE_MS) {
      const holder = await store.findHolder(this.db, hash);
      if (!holder) {
        this.cache.delete(key);
        throw unauthenticated();
      }
      if (this.cache.size >= MAX_CACHED) this.cache.clear();
      const { permissions, expiresAt, ...rest } = holder;
      cached = {
        actor: { ...rest, permissions: new Set(permissions) },
        expiresAt: expiresAt === null ? Infinity : Date.parse(expiresAt),
        readAt: now,
        touchedAt: cached?.touchedAt ?? 0,
      };
      this.cache.set(key, cached);
    }
    if (cached.expiresAt <= now) throw unauthenticated('this token has expired');
    if (now - cached.touchedAt > TOUCH_MS) {
      cached.touchedAt = now;
      await store.touchToken(this.db, cached.actor.tokenId);
    }
    return cached.actor;
  }

  /** For calls that last, such as a subscription: throws UNAUTHENTICATED once the token of the actor has ended. */
  async confirm(actor: Actor): Promise<void> {
    if (Date.now() - (this.confirmed.get(actor.tokenId) ?? 0) < CACHE_MS) return;
    if (!(await store.isInForce(this.db, actor.tokenId))) throw unauthenticated('this token has ended');
    if (this.confirmed.size >= MAX_CACHED) this.confirmed.clear();
    this.confirmed.set(actor.tokenId, Date.now());
  }

  /** Settings of the actor's own organization; every member may read them, they decide what a record needs. */
  async organization(actor: Actor): Promise<Organization> {
    const organization = await store.findOrganization(this.db.pool, actor.organizationId);
    if (!organization) throw unauthenticated();
    return organization;
  }

  updateOrganization(
    actor: Actor,
    change: Parameters<typeof store.updateOrganization>[2],
  ): Promise<Organization> {
    require(actor, 'organization.settings.manage');
    const seconds = change.staleAfterSeconds;
    if (seconds !== undefined && seconds !== null && (seconds < 60 || seconds > 31_536_000))
      throw new RollcallError('INVALID_INPUT', 'staleAfterSeconds must be from 60 to 31536000', {
        field: ['staleAfterSeconds'],
      });
    return mutate(this.db, actor, 'updateOrganization', change, async (tx) => {
      const before = await store.findOrganization(tx, actor.organizationId);
      const after = await store.updateOrganization(tx, actor.organizationId, change);
      await this.audit(tx, actor, 'ORGANIZATION_UPDATED', after.id, { before, after });
      return after;
    });
  }

  /** `permissions` null = those of the caller; never more than the caller has. The secret is shown this once. */
  createToken(
    actor: Actor,
    input: { name: string; permissions: string[] | null; expiresAt: Instant | null },
  ): Promise<{ apiToken: ApiToken; secret: string | null }> {
    require(actor, 'organization.settings.manage');
    if (input.name.length < 1 || input.name.length > 255)
      throw new RollcallError('INVALID_NAME', 'a token name has 1 to 255 characters', { field: ['name'] });
    const permissions = input.permissions ?? [...actor.permissions];
    const unknown = permissions.filter((key) => !isPermission(key));
    if (unknown.length > 0)
      throw new RollcallError('INVALID_INPUT', `unknown permission: ${unknown.join(', ')}`, {
        field: ['permissions'],
        hint: `the keys are ${PERMISSIONS.join(', ')}`,
      });
    const missing = permissions.filter((key) => !actor.permissions.has(key));
    if (missing.length > 0)
      throw new RollcallError('FORBIDDEN', `you cannot give what you do not have: ${missing.join(', ')}`);
    if (input.expiresAt !== null && Date.parse(input.expiresAt) <= Date.now())
      throw new RollcallError('INVALID_TIME', 'expiresAt is in the past', { field: ['expiresAt'] });
    return mutate<{ apiToken: ApiToken; secret: string | null }>(
      this.db,
      actor,
      'createApiToken',
      input,
      async (tx) => {
        const made = await this.insertToken(tx, actor.organizationId, 'AUTOMATION', {
          ...input,
          permissions,
        });
        const { name, prefix, expiresAt } = made.apiToken;
        await this.audit(tx, actor, 'TOKEN_CREATED', made.apiToken.id, {
          after: { name, prefix, permissions, expiresAt },
        });
        return { apiToken: made.apiToken, secret: made.secret };
      },
      ({ apiToken }) => ({ apiToken, secret: null }),
    );
  }

  async revokeToken(actor: Actor, id: string): Promise<ApiToken> {
    require(actor, 'organization.settings.manage');
    const revoked = await mutate(this.db, actor, 'revokeApiToken', { id }, async (tx) => {
      const token = await store.revokeToken(tx, actor.organizationId, id);
      if (!token) throw new RollcallError('TOKEN_NOT_FOUND', `there is no token ${id}`, { field: ['id'] });
      await this.audit(tx, actor, 'TOKEN_REVOKED', id, { name: token.name });
      return token;
    });
    this.cache.clear();
    this.confirmed.delete(id);
    return revoked;
  }

  async tokens(actor: Actor, args: PageArgs): Promise<Page<ApiToken>> {
    require(actor, 'organization.settings.read');
    const page = readPage<[string]>(args, 1);
    const rows = await listTokens(this.db, actor.organizationId, page.after?.[0] ?? null, page.limit);
    return toPage(
      rows,
      page,
      (row) => [row.id],
      () => countTokens(this.db, actor.organizationId),
    );
  }

  /** The token that made this call, or another one of the organization for those who may read settings. */
  async token(actor: Actor, id: string): Promise<ApiToken | null> {
    if (id !== actor.tokenId) require(actor, 'organization.settings.read');
    return store.findToken(this.db.pool, actor.organizationId, id);
  }

  /** Names of those who reported; in the order of `ids`, null for unknown ones. */
  async principals(actor: Actor, ids: readonly string[]): Promise<(Principal | null)[]> {
    const rows = new Map(
      (await findPrincipals(this.db, actor.organizationId, ids)).map((row) => [row.id, row]),
    );
    return ids.map((id) => rows.get(id) ?? null);
  }

  /** An organization with its first, all-powerful token; the caller seeds the other modules in the same `tx`. */
  async createOrganization(tx: Tx, slug: string): Promise<{ organizationId: string; secret: string }> {
    const organizationId = newId('org');
    await store.insertOrganization(tx, { id: organizationId, slug, name: slug });
    return { organizationId, secret: await this.createAdminToken(tx, organizationId) };
  }

  /** An all-powerful token, for whoever can start the server on this database. */
  async createAdminToken(tx: Tx, organizationId: string): Promise<string> {
    const all = { name: 'admin', permissions: [...PERMISSIONS], expiresAt: null };
    const { apiToken, secret, principalId } = await this.insertToken(tx, organizationId, 'HUMAN', all);
    const reporter = { organizationId, principalId, requestId: 'start' };
    await appendEvents(tx, [
      auditEvent(reporter, 'TOKEN_CREATED', apiToken.id, {
        after: { name: apiToken.name, prefix: apiToken.prefix },
      }),
    ]);
    return secret;
  }

  /** The id of the oldest organization; null = there is none yet. */
  firstOrganization(tx: Tx): Promise<string | null> {
    return store.findFirstOrganization(tx);
  }

  private async insertToken(
    tx: Tx,
    organizationId: string,
    type: ActorType,
    input: { name: string; permissions: readonly string[]; expiresAt: Instant | null },
  ): Promise<{ apiToken: ApiToken; secret: string; principalId: string }> {
    const secret = newToken();
    const principalId = newId('usr');
    await store.insertPrincipal(tx, { id: principalId, organizationId, type, name: input.name });
    const apiToken = await store.insertToken(tx, {
      id: newId('tok'),
      organizationId,
      principalId,
      prefix: shownPrefix(secret),
      hash: hashToken(secret),
      ...input,
    });
    return { apiToken, secret, principalId };
  }

  private audit(
    tx: Tx,
    actor: Actor,
    type: string,
    subjectId: string,
    detail: Record<string, unknown>,
  ): Promise<void> {
    return appendEvents(tx, [auditEvent(actor, type, subjectId, detail)]);
  }
}

/** The audit row of a mutation (I-14). */
export const auditEvent = (
  actor: Reporter,
  type: string,
  subjectId: string,
  detail: Record<string, unknown>,
) => ({
  organizationId: actor.organizationId,
  type,
  subjectId,
  actorId: actor.principalId,
  requestId: actor.requestId,
  detail,
});

const unauthenticated = (message = 'a valid token is needed'): RollcallError =>
  new RollcallError('UNAUTHENTICATED', message, {
    hint: 'send `Authorization: Bearer <token>`; `rollcall login` stores one for the CLI',
  });
