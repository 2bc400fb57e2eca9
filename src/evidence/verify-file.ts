import type { BuildRunClaims, Mismatch } from './build-run/index.js';
import type { AttestationFormat } from './document-items.js';
import { readAttestations, type ReadAttestation } from './read-attestations.js';
import { OptionError, type ReasonCode, type Verdict } from './reasons.js';
import { npmRegistryKeys, publicGoodRoot } from './shipped-trust.js';
import type { StatementSubject } from './statement.js';
import { artifactOfBytes, artifactOfDigest, type AskedArtifact } from './subject-match.js';
import { loadTrustedKeys } from './trusted-keys.js';
import { loadTrustedRoot, type Thresholds } from './trusted-root.js';
import {
  refusedVerification,
  verify,
  type IdentityPolicy,
  type PolicyState,
  type Signer,
  type Trust,
  type Verification,
} from './verify.js';

/** Everything is bytes or plain values, so that it can be handed to a worker thread. */
export interface VerifyOptions {
  /** The artifact itself, or its digest `sha256:…` (also sha384, sha512); not both. */
  artifact?: Uint8Array;
  digest?: string;
  /** Sigstore trusted roots (JSON). None: the shipped public-good root, and the shipped npm keys unless keys are given. */
  trustedRoots?: { bytes: Uint8Array; thresholds?: Partial<Thresholds> }[];
  /** Key files (PEM or JSON list) of which one must have signed; certificates then do not count. */
  keys?: Uint8Array[];
  /** Key files that may have signed, beside certificates. */
  trustedKeys?: Uint8Array[];
  /** How many different keys must have signed a plain envelope; default 1. */
  keyThreshold?: number;
  /** The certificate's identity and OIDC issuer; both or neither. */
  identity?: string;
  issuer?: string;
  /** Override those of every root. */
  tlogThreshold?: number;
  ctlogThreshold?: number;
  timestampThreshold?: number;
  /** Verification time, milliseconds since 1970; default: now. */
  now?: number;
}

/** One line of the answer; null where there is nothing to say. */
export interface VerifiedItem {
  index: number;
  format: AttestationFormat;
  verdict: Verdict;
  reason: ReasonCode | null;
  policy: PolicyState;
  predicateType: string | null;
  subjects: Pick<StatementSubject, 'name' | 'digest'>[] | null;
  signer: Signer | null;
  buildRun: BuildRunClaims | null;
  mismatches: Mismatch[] | null;
}

/** An item with what the store keeps beside it. */
export interface ExaminedAttestation {
  item: VerifiedItem;
  /** The bytes that carry it: half-open range of the file, and their SHA-256 in lower-case hex. */
  start: number;
  end: number;
  sha256: string;
  /** Trusted signing times, RFC 3339 UTC. */
  signedAt: string[];
  /** `sha256:…` of the trusted root's file; null where none was used. */
  trustedRoot: string | null;
}

/** An attestation that was read; `verify` does the costly part. */
export interface PendingAttestation {
  verify(): ExaminedAttestation;
  /** The outcome when the costly part did not come to an end. */
  giveUp(reason: ReasonCode): ExaminedAttestation;
}

/**
 * Reads and verifies a file of attestations, offline. Gives at least one item, in file order; what is wrong
 * with an attestation is its verdict, never an error. Throws `OptionError` when the options are unusable.
 */
export function verifyFile(bytes: Uint8Array, options: VerifyOptions = {}): VerifiedItem[] {
  return openFile(bytes, options).map((pending) => pending.verify().item);
}

/** Reads a file and settles the options, without verifying yet. Throws `OptionError`. */
export function openFile(bytes: Uint8Array, options: VerifyOptions): PendingAttestation[] {
  const verifyOne = verifierFor(options);
  const policy: PolicyState = policyOf(options) === null ? 'NONE' : 'NOT_SATISFIED';
  return readAttestations(bytes).map((attestation) => ({
    verify: () => examined(attestation, verifyOne(attestation)),
    giveUp: (reason) => examined(attestation, refusedVerification(attestation, reason, policy)),
  }));
}

/** Settles trust, artifact and policy once, for any number of attestations. Throws `OptionError`. */
export function verifierFor(options: VerifyOptions): (attestation: ReadAttestation) => Verification {
  const trust = trustOf(options);
  const artifact = artifactOf(options);
  const policy = policyOf(options);
  const now = options.now ?? Date.now();
  return (attestation) => verify(attestation, trust, artifact, policy, now);
}

function trustOf(options: VerifyOptions): Trust {
  const { trustedRoots = [], keys = [], trustedKeys = [], keyThreshold = 1 } = options;
  const { tlogThreshold, ctlogThreshold, timestampThreshold } = options;
  const overrides = given({ tlogThreshold, ctlogThreshold, timestampThreshold });
  if (!Number.isInteger(keyThreshold) || keyThreshold < 1 || keyThreshold > 16) {
    throw new OptionError('BAD_THRESHOLD', 'keyThreshold must be a whole number from 1 to 16.');
  }
  const roots = trustedRoots.map(({ bytes, thresholds }) =>
    loadTrustedRoot(bytes, { ...thresholds, ...overrides }),
  );
  const named = [...keys, ...trustedKeys].flatMap(loadTrustedKeys);
  return {
    roots: roots.length > 0 ? roots : [publicGoodRoot(overrides)],
    keys: roots.length > 0 || keys.length > 0 ? named : [...named, ...npmRegistryKeys()],
    keysDemanded: keys.length > 0,
    keyThreshold,
  };
}

function given(thresholds: { [name in keyof Thresholds]: number | undefined }): Partial<Thresholds> {
  return Object.fromEntries(Object.entries(thresholds).filter(([, value]) => value !== undefined));
}

function artifactOf({ artifact, digest }: VerifyOptions): AskedArtifact | null {
  if (artifact !== undefined && digest !== undefined) {
    throw new OptionError('ARTIFACT_AND_DIGEST', 'Give the artifact or its digest, not both.');
  }
  if (artifact !== undefined) return artifactOfBytes(artifact);
  return digest === undefined ? null : artifactOfDigest(digest);
}

function policyOf({ identity, issuer }: VerifyOptions): IdentityPolicy | null {
  if (identity === undefined && issuer === undefined) return null;
  if (!identity || !issuer) {
    throw new OptionError('EMPTY_POLICY', 'Identity and issuer must both be given and not be empty.');
  }
  return { identity, issuer };
}

function examined(attestation: ReadAttestation, verification: Verification): ExaminedAttestation {
  const { index, format, start, end, sha256, statement } = attestation;
  const { verdict, reason, policy, signer, signedAt, trustedRoot, buildRun, mismatches } = verification;
  const item = {
    index,
    format,
    verdict,
    reason,
    policy,
    predicateType: statement?.predicateType ?? null,
    subjects: statement?.subject.map(({ name, digest }) => ({ name, digest })) ?? null,
    signer,
    buildRun,
    mismatches,
  };
  return { item, start, end, sha256, signedAt, trustedRoot };
}
