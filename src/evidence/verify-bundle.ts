import { X509Certificate as NodeCertificate, type KeyObject } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { X509Certificate } from '@sigstore/core';
import { toSignedEntity, VerificationError, Verifier, type SignedEntity } from '@sigstore/verify';
import { leafCertificate } from './bundle.js';
import { checkLoggedSigner, checkLogMaterial } from './log-entries.js';
import { checkMessageDigest, withDigestOnly } from './message-signature.js';
import { Refusal, type ReasonCode } from './reasons.js';
import type { AskedArtifact } from './subject-match.js';
import { isValidAt, type TrustedKey } from './trusted-keys.js';
import type { LoadedRoot } from './trusted-root.js';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const CLOCK_LEEWAY_MS = 10 * 60_000;

/** What holds about a bundle after it was verified. */
export interface HeldBundle {
  /** Trusted signing times, in milliseconds since 1970; empty when none is required and none given. */
  signedAt: number[];
  /** DER of the signing certificate; null when a managed key signed. */
  leaf: Buffer | null;
}

/**
 * Verifies a bundle under one trusted root: log entries, timestamps, certificate or key, signature. The
 * library alone does not look at subjects, at the key purpose, at future times, at what the log says of
 * the signer, and throws errors of every kind on broken material.
 *
 * @param key the managed key to use for a bundle that names a public key; ignored when it has a certificate
 * @param artifact what a message signature must be about; null takes the digest that the bundle states
 * @param now milliseconds since 1970
 * @throws Refusal with the reason; every other error is a fault of the material too
 */
export function verifyBundle(
  bundle: Bundle,
  root: LoadedRoot,
  key: TrustedKey | null,
  artifact: AskedArtifact | null,
  now: number,
): HeldBundle {
  checkLogMaterial(bundle);
  checkMessageDigest(bundle, artifact);
  const bytes = artifact?.bytes ?? null;
  const parsed = toSignedEntity(bundle, bytes === null ? undefined : Buffer.from(bytes));
  const entity = bytes === null ? withDigestOnly(parsed, bundle) : parsed;
  const leaf = leafCertificate(bundle);
  const signedAt = signingTimes(entity);
  if (leaf !== null && signedAt.length === 0) throw new Refusal('TIMESTAMP');
  if (leaf === null && signedAt.length === 0 && key !== null && !isValidAt(key, now)) {
    throw new Refusal('KEY_EXPIRED');
  }
  const signer = runVerifier(entity, root, key, leaf, signedAt);
  if (leaf !== null) checkPurpose(leaf);
  checkLoggedSigner(bundle, signer, leaf);
  if (signedAt.some((time) => time > now + CLOCK_LEEWAY_MS)) throw new Refusal('TIME_IN_FUTURE');
  return { signedAt, leaf };
}

/** A logged time counts only with the log's promise; a proof does not vouch for it. */
function signingTimes(entity: SignedEntity): number[] {
  return entity.timestamps.flatMap((stamp) => {
    if (stamp.$case === 'timestamp-authority') return [stamp.timestamp.signingTime.getTime()];
    const { inclusionPromise, integratedTime } = stamp.tlogEntry;
    return inclusionPromise === undefined ? [] : [Number(integratedTime) * 1000];
  });
}

function runVerifier(
  entity: SignedEntity,
  root: LoadedRoot,
  key: TrustedKey | null,
  leaf: Buffer | null,
  signedAt: number[],
): KeyObject {
  const publicKey = () => {
    if (key === null) throw new Refusal('NO_KEY');
    return { publicKey: key.key, validFor: (date: Date) => isValidAt(key, date.getTime()) };
  };
  try {
    return new Verifier({ ...root.material, publicKey }, root.thresholds).verify(entity).key;
  } catch (error) {
    if (error instanceof VerificationError) throw new Refusal(reasonFor(error, leaf, signedAt));
    throw error;
  }
}

function reasonFor(error: VerificationError, leaf: Buffer | null, signedAt: number[]): ReasonCode {
  switch (error.code) {
    case 'SIGNATURE_ERROR':
      return 'SIGNATURE';
    case 'TLOG_BODY_ERROR':
      return error.message.endsWith('signature mismatch') ? 'SIGNATURE' : 'LOG_ENTRY';
    case 'TLOG_ERROR':
      return 'LOG_MISSING';
    case 'TLOG_INCLUSION_PROOF_ERROR':
    case 'TLOG_INCLUSION_PROMISE_ERROR':
    case 'TLOG_MISSING_INCLUSION_ERROR':
      return 'LOG_PROOF';
    case 'TIMESTAMP_ERROR':
      return 'TIMESTAMP';
    case 'PUBLIC_KEY_ERROR':
      return 'KEY_EXPIRED';
    case 'CERTIFICATE_ERROR':
      if (error.message.includes('SCT')) return 'CERTIFICATE_SCT';
      return leaf !== null && isOutside(leaf, signedAt) ? 'CERTIFICATE_EXPIRED' : 'CERTIFICATE_UNTRUSTED';
    default:
      return 'VERIFIER_ERROR';
  }
}

function isOutside(leaf: Buffer, signedAt: number[]): boolean {
  const certificate = X509Certificate.parse(Buffer.from(leaf));
  return !signedAt.every((time) => certificate.validForDate(new Date(time)));
}

/** A certificate of the same authority for another purpose, or one that may issue others, is not a signer's. */
function checkPurpose(leaf: Buffer): void {
  const certificate = new NodeCertificate(leaf);
  if (certificate.ca || !certificate.keyUsage?.includes(CODE_SIGNING))
    throw new Refusal('CERTIFICATE_UNTRUSTED');
}
