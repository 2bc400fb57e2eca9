import type { Instant } from '../platform/index.js';
import type { Mismatch } from './build-run/index.js';
import type { ReasonCode, Verdict } from './reasons.js';
import type { PolicyState, Signer } from './verify.js';

/** A stored attestation with the last verdict on it. */
export interface Attestation {
  id: string;
  /** sha256 of the bytes that carry it. */
  envelopeDigest: string;
  /** Which of several attestations in those bytes it is, from 0. */
  position: number;
  name: string | null;
  format: string;
  predicateType: string | null;
  sizeBytes: number;
  verdict: Verdict;
  /** null when VERIFIED. */
  reason: ReasonCode | null;
  policy: PolicyState;
  signer: Signer | null;
  signedAt: Instant | null;
  /** Name of the trusted root under which it held. */
  trustedRoot: string | null;
  mismatches: Mismatch[];
  verifiedAt: Instant;
  buildRunId: string | null;
  projectVersionId: string | null;
  createdAt: Instant;
}

/** The CI run that built an artifact, as an attestation tells it. */
export interface BuildRun {
  id: string;
  workflowId: string;
  /** A trusted certificate says the same; false = a claim only. */
  confirmed: boolean;
  mapper: string;
  builderId: string | null;
  buildType: string | null;
  invocationId: string | null;
  runId: string | null;
  runAttempt: number | null;
  runUrl: string | null;
  sourceRepo: string | null;
  sourceRef: string | null;
  sourceCommit: string | null;
  workflowPath: string | null;
  workflowName: string | null;
  trigger: string | null;
  startedAt: Instant | null;
  completedAt: Instant | null;
}

export interface Workflow {
  id: string;
  name: string;
  /** The repository that holds it, or the builder where none is named. */
  source: string;
}

export type TrustedRootKind = 'SIGSTORE' | 'PUBLIC_KEYS';

/** What signatures are checked against: a Sigstore trusted root with its thresholds, or public keys. */
export interface TrustedRoot {
  id: string;
  name: string;
  kind: TrustedRootKind;
  content: string;
  sha256: string;
  builtIn: boolean;
  tlogThreshold: number;
  ctlogThreshold: number;
  timestampThreshold: number;
  createdAt: Instant;
}
