import { RollcallError } from '../platform/index.js';
import type { Permission } from './permissions.js';

export type ActorType = 'HUMAN' | 'AUTOMATION' | 'RUNNER';

/** Who calls, as a door found out; every service method takes it first. */
export interface Actor {
  organizationId: string;
  principalId: string;
  name: string;
  type: ActorType;
  tokenId: string;
  permissions: ReadonlySet<string>;
  /** Found again in logs and events. */
  requestId: string;
  /** The call's `Idempotency-Key`; null = none. */
  idempotencyKey: string | null;
}

/** What a write keeps of who caused it. */
export type Reporter = Pick<Actor, 'organizationId' | 'principalId' | 'requestId'>;

/** The only authorization call: throws FORBIDDEN when the actor lacks the key. */
export function require(actor: Actor, permission: Permission): void {
  if (!actor.permissions.has(permission))
    throw new RollcallError('FORBIDDEN', `this needs the permission ${permission}`, {
      hint: `use a token that has ${permission}`,
      details: { permission },
    });
}
