import type { Instant } from '../platform/index.js';

/** What must be stored about a digest before it counts as attested: any attestation that is not INVALID, or a VERIFIED one. */
export type AttestationRequirement = 'EXISTS' | 'VERIFIED';

export interface Organization {
  id: string;
  slug: string;
  name: string;
  requireAttestation: boolean;
  attestationRequirement: AttestationRequirement;
  createLogicalEnvironments: boolean;
  createEnvironments: boolean;
  /** A DEPLOYED record not seen for so long is stale (G8). */
  staleAfterSeconds: number;
  createdAt: Instant;
}

export interface ApiToken {
  id: string;
  name: string;
  /** The first characters, to tell tokens apart; never enough to use one. */
  prefix: string;
  permissions: string[];
  createdAt: Instant;
  expiresAt: Instant | null;
  lastUsedAt: Instant | null;
  revokedAt: Instant | null;
}
