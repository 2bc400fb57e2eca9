import { verify as verifySignature } from 'node:crypto';
import { dsse } from '@sigstore/core';
import type { Envelope } from './envelope.js';
import { Refusal } from './reasons.js';
import { isValidAt, type TrustedKey } from './trusted-keys.js';

/**
 * Verifies a DSSE envelope outside a bundle by public keys. A key counts once however many signatures it
 * made and under whatever ids it is listed.
 *
 * @param keys at most 64; a key with a name is tried only on signatures with the same name or none
 * @param demanded the caller insists on these keys: a failure is then a wrong signature, not a missing key
 * @param threshold how many different keys must have signed
 * @param regional the envelope is Google Cloud Build's, whose regional keys sign the bare payload
 * @returns the keys that signed, at least `threshold`
 * @throws Refusal SIGNATURE, NO_KEY, KEY_EXPIRED, NO_LOG_MATERIAL, UNSUPPORTED_SIGNATURE
 */
export function verifyEnvelope(
  envelope: Envelope,
  keys: readonly TrustedKey[],
  demanded: boolean,
  threshold: number,
  regional: boolean,
  now: number,
): TrustedKey[] {
  const encoding = dsse.preAuthEncoding(envelope.payloadType, envelope.payload);
  const signers = new Map<string, TrustedKey>();
  let named = false;
  let expired = false;
  for (const { keyId, signature } of envelope.signatures) {
    for (const key of keys) {
      if (key.keyId !== null && keyId !== null && key.keyId !== keyId) continue;
      if (key.keyId !== null && key.keyId === keyId) named = true;
      if (signers.has(key.fingerprint) || !holds(key, encoding, signature)) continue;
      if (isValidAt(key, now)) signers.set(key.fingerprint, key);
      else expired = true;
    }
  }
  if (signers.size >= threshold) return [...signers.values()];
  if (expired) throw new Refusal('KEY_EXPIRED');
  if (regional && isWithoutEncoding(envelope, keys)) throw new Refusal('UNSUPPORTED_SIGNATURE');
  if (demanded || named || signers.size > 0) throw new Refusal('SIGNATURE');
  throw new Refusal(envelope.signatures.some((each) => each.hasCertificate) ? 'NO_LOG_MATERIAL' : 'NO_KEY');
}

function holds(key: TrustedKey, content: Uint8Array, signature: Uint8Array): boolean {
  return hashesOf(key).some((hash) => {
    try {
      return verifySignature(hash, content, key.key, signature);
    } catch {
      return false;
    }
  });
}

/** The hashes that signers use with a key: some take SHA-256 for every ECDSA curve. Ed25519 has its own. */
function hashesOf(key: TrustedKey): (string | null)[] {
  const { asymmetricKeyType, asymmetricKeyDetails } = key.key;
  if (asymmetricKeyType === 'ed25519') return [null];
  if (asymmetricKeyDetails?.namedCurve === 'secp384r1') return ['sha384', 'sha256'];
  if (asymmetricKeyDetails?.namedCurve === 'secp521r1') return ['sha512', 'sha256'];
  return ['sha256'];
}

const REGIONAL_KEY = /^projects\/verified-builder\/locations\/(?!global\/)[a-z0-9-]+\/keyRings\//;

function isWithoutEncoding(envelope: Envelope, keys: readonly TrustedKey[]): boolean {
  return envelope.signatures.some(
    ({ keyId, signature }) =>
      REGIONAL_KEY.test(keyId ?? '') || keys.some((key) => holds(key, envelope.payload, signature)),
  );
}
