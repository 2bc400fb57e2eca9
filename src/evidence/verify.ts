import type { Bundle } from '@sigstore/bundle';
import { mapBuildRun, compareBuildRun, type BuildRunClaims, type Mismatch } from './build-run/index.js';
import { certificateFacts, type CertificateFacts } from './certificate.js';
import type { ReadAttestation } from './read-attestations.js';
import { mostTelling, reasonOf, Refusal, REASONS, type ReasonCode, type Verdict } from './reasons.js';
import { speaksAbout, type AskedArtifact } from './subject-match.js';
import type { TrustedKey } from './trusted-keys.js';
import type { LoadedRoot } from './trusted-root.js';
import { verifyBundle } from './verify-bundle.js';
import { verifyEnvelope } from './verify-envelope.js';

/** What the caller trusts. */
export interface Trust {
  /** Sigstore instances; an attestation has to hold under one of them. */
  roots: readonly LoadedRoot[];
  keys: readonly TrustedKey[];
  /** True: only a signature by `keys` counts, certificates do not. */
  keysDemanded: boolean;
  /** How many different keys must have signed a plain envelope; at least 1. */
  keyThreshold: number;
}

/** Who must have signed: both texts are compared exactly, never as patterns, and are never empty. */
export interface IdentityPolicy {
  identity: string;
  issuer: string;
}

/** Who signed, as far as it was proven. */
export interface Signer {
  kind: 'CERTIFICATE' | 'KEY';
  /** Subject alternative name and OIDC issuer of the certificate; null for a key. */
  identity: string | null;
  issuer: string | null;
  /** The trusted key's own name (null when it has none), and SHA-256 of its SubjectPublicKeyInfo; null for a certificate. */
  keyId: string | null;
  keyFingerprint: string | null;
}

export type PolicyState = 'NONE' | 'SATISFIED' | 'NOT_SATISFIED';

export interface Verification {
  verdict: Verdict;
  /** Null exactly when the verdict is VERIFIED. */
  reason: ReasonCode | null;
  /** NONE when no identity was asked for. */
  policy: PolicyState;
  /** Null unless the cryptography holds. */
  signer: Signer | null;
  /** Trusted signing times, RFC 3339 UTC; empty when none was proven. */
  signedAt: string[];
  /** `LoadedRoot.id` of the root under which it held; null for plain keys and when nothing held. */
  trustedRoot: string | null;
  /** What the predicate (and a verified certificate) say of the build; claims, whatever the verdict. */
  buildRun: BuildRunClaims | null;
  /** Where predicate and verified certificate disagree; null when there is nothing to compare. */
  mismatches: Mismatch[] | null;
}

interface Held {
  signer: Signer;
  signedAt: number[];
  trustedRoot: string | null;
  facts: CertificateFacts | null;
}

/**
 * Verifies one attestation offline. Never throws for what the attestation holds: whatever goes wrong with
 * it is a verdict with a reason.
 *
 * @param artifact when given, the attestation must speak about it
 * @param policy who must have signed; null asks for nobody in particular
 * @param now milliseconds since 1970
 */
export function verify(
  attestation: ReadAttestation,
  trust: Trust,
  artifact: AskedArtifact | null,
  policy: IdentityPolicy | null,
  now: number,
): Verification {
  const unmet: PolicyState = policy === null ? 'NONE' : 'NOT_SATISFIED';
  const { statement } = attestation;
  try {
    const held = hold(attestation, trust, artifact, now);
    const buildRun = mapBuildRun(statement, held.facts);
    if (artifact !== null && statement !== null && !speaksAbout(statement.subject, artifact)) {
      throw new Refusal('SUBJECT_MISMATCH');
    }
    const mismatches =
      buildRun !== null && held.facts !== null ? compareBuildRun(buildRun, held.facts) : null;
    const agrees = mismatches === null || mismatches.length === 0;
    return {
      verdict: agrees ? 'VERIFIED' : 'MISMATCH',
      reason: agrees ? null : 'BUILD_MISMATCH',
      policy: policy === null ? 'NONE' : satisfies(held.signer, policy) ? 'SATISFIED' : 'NOT_SATISFIED',
      signer: held.signer,
      signedAt: held.signedAt.map((time) => new Date(time).toISOString()),
      trustedRoot: held.trustedRoot,
      buildRun,
      mismatches,
    };
  } catch (error) {
    return refusedVerification(attestation, reasonOf(error), unmet);
  }
}

/** The outcome when nothing was proven; the build is still what the predicate claims. */
export function refusedVerification(
  attestation: ReadAttestation,
  reason: ReasonCode,
  policy: PolicyState,
): Verification {
  return {
    verdict: REASONS[reason].verdict,
    reason,
    policy,
    signer: null,
    signedAt: [],
    trustedRoot: null,
    buildRun: claimsOf(attestation),
    mismatches: null,
  };
}

function claimsOf(attestation: ReadAttestation): BuildRunClaims | null {
  try {
    return mapBuildRun(attestation.statement, null);
  } catch {
    // A predicate that cannot be mapped claims nothing; the verdict does not depend on it.
    return null;
  }
}

function hold(attestation: ReadAttestation, trust: Trust, artifact: AskedArtifact | null, now: number): Held {
  const { bundle, envelope, refusal } = attestation;
  if (refusal !== null) throw new Refusal(refusal);
  if (bundle !== null) return holdBundle(bundle, trust, artifact, now);
  if (envelope === null) throw new Refusal('UNSIGNED');
  const { keys, keysDemanded, keyThreshold } = trust;
  const regional = attestation.format === 'gcloud';
  const signers = verifyEnvelope(envelope, keys, keysDemanded, keyThreshold, regional, now);
  return { signer: keySigner(signers[0]!), signedAt: [], trustedRoot: null, facts: null };
}

function holdBundle(bundle: Bundle, trust: Trust, artifact: AskedArtifact | null, now: number): Held {
  const { content } = bundle.verificationMaterial;
  const hint = content.$case === 'publicKey' ? content.publicKey.hint : null;
  const keys = hint === null ? certificateCandidates(trust) : keyCandidates(hint, trust);
  if (keys.length === 0) throw new Refusal('NO_KEY');
  if (trust.roots.length === 0) throw new Refusal('NO_TRUSTED_ROOT');
  const reasons: ReasonCode[] = [];
  for (const root of trust.roots) {
    for (const key of keys) {
      try {
        const { leaf, signedAt } = verifyBundle(bundle, root, key, artifact, now);
        const facts = leaf === null ? null : certificateFacts(leaf);
        const signer = facts === null ? keySigner(key!) : certificateSigner(facts);
        return { signer, signedAt, trustedRoot: root.id, facts };
      } catch (error) {
        reasons.push(reasonOf(error));
      }
    }
  }
  const reason = mostTelling(reasons);
  // Keys that nobody named and nobody insists on were only tried: that none fits says nothing of the signature.
  const onlyTried = hint !== null && !trust.keysDemanded && !keys.some((key) => key?.keyId === hint);
  throw new Refusal(onlyTried && reason === 'SIGNATURE' ? 'NO_KEY' : reason);
}

/** A certificate needs no key; where keys are demanded it does not count. */
function certificateCandidates(trust: Trust): (TrustedKey | null)[] {
  return trust.keysDemanded ? [] : [null];
}

/** A key without a name answers to any hint; another only to its own name. */
function keyCandidates(hint: string, trust: Trust): TrustedKey[] {
  return trust.keys.filter(({ keyId }) => keyId === null || keyId === hint);
}

function certificateSigner(facts: CertificateFacts): Signer {
  return {
    kind: 'CERTIFICATE',
    identity: facts.identity,
    issuer: facts.issuer,
    keyId: null,
    keyFingerprint: null,
  };
}

function keySigner(key: TrustedKey): Signer {
  return { kind: 'KEY', identity: null, issuer: null, keyId: key.keyId, keyFingerprint: key.fingerprint };
}

function satisfies(signer: Signer, policy: IdentityPolicy): boolean {
  return (
    signer.kind === 'CERTIFICATE' && signer.identity === policy.identity && signer.issuer === policy.issuer
  );
}
