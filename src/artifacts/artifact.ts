import type { Instant } from '../platform/index.js';

export const ARTIFACT_KINDS = ['CONTAINER_IMAGE', 'HELM_CHART', 'OCI_ARTIFACT', 'FILE'] as const;
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];

/** The best that is stored about a digest: nothing, an attestation that is not INVALID, a VERIFIED one. */
export type EvidenceLevel = 'NONE' | 'EXISTS' | 'VERIFIED';

/** Something with a digest. */
export interface Artifact {
  id: string;
  digest: string;
  /** null = nobody has said it yet; the first record or manifest decides, and then it stays (G15). */
  kind: ArtifactKind | null;
  name: string | null;
  version: string | null;
  sizeBytes: number | null;
  evidence: EvidenceLevel;
  createdAt: Instant;
}

export interface ArtifactRef {
  ociRef: string;
  resolvedAt: Instant;
  resolvedById: string;
}
