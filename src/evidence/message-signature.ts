import type { KeyObject } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { Bundle } from '@sigstore/bundle';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import type { SignedEntity } from '@sigstore/verify';
import { Refusal } from './reasons.js';
import { speaksAbout, type ArtifactAlgorithm, type AskedArtifact } from './subject-match.js';

const ALGORITHMS: Partial<Record<HashAlgorithm, ArtifactAlgorithm>> = {
  // Early clients left the field out; the digest has always been SHA-256 then.
  [HashAlgorithm.HASH_ALGORITHM_UNSPECIFIED]: 'sha256',
  [HashAlgorithm.SHA2_256]: 'sha256',
  [HashAlgorithm.SHA2_384]: 'sha384',
  [HashAlgorithm.SHA2_512]: 'sha512',
};

const CURVES = { prime256v1: p256, secp384r1: p384, secp521r1: p521 };

/**
 * A bundle that signs an artifact directly states the artifact's digest. Throws a `Refusal`: MALFORMED when
 * algorithm and length disagree, SUBJECT_MISMATCH when it is not the artifact that was asked about.
 */
export function checkMessageDigest(bundle: Bundle, artifact: AskedArtifact | null): void {
  if (bundle.content.$case !== 'messageSignature') return;
  const { algorithm, digest } = bundle.content.messageSignature.messageDigest;
  const name = ALGORITHMS[algorithm];
  if (name === undefined || digest.length * 8 !== Number(name.slice(3))) throw new Refusal('MALFORMED');
  const subject = { name: null, digest: { [name]: digest.toString('hex') } };
  if (artifact !== null && !speaksAbout([subject], artifact)) throw new Refusal('SUBJECT_MISMATCH');
}

/**
 * The same entity, whose signature is checked against the stated digest because the artifact is not at hand:
 * node:crypto cannot verify an ECDSA signature over a digest. Other kinds of key throw `Refusal`
 * ARTIFACT_REQUIRED.
 */
export function withDigestOnly(entity: SignedEntity, bundle: Bundle): SignedEntity {
  if (bundle.content.$case !== 'messageSignature') return entity;
  const { signature, messageDigest } = bundle.content.messageSignature;
  const stated = entity.signature;
  return {
    ...entity,
    signature: {
      signature,
      compareSignature: (other) => stated.compareSignature(other),
      compareDigest: (other) => stated.compareDigest(other),
      compareSignedDigest: (other) => stated.compareSignedDigest(other),
      verifySignature: (key) => holdsOverDigest(key, messageDigest.digest, signature),
    },
  };
}

function holdsOverDigest(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const curveName = key.asymmetricKeyDetails?.namedCurve ?? '';
  if (key.asymmetricKeyType !== 'ec' || !Object.hasOwn(CURVES, curveName))
    throw new Refusal('ARTIFACT_REQUIRED');
  const curve = CURVES[curveName as keyof typeof CURVES];
  const { x, y } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
  try {
    return curve.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' });
  } catch {
    return false;
  }
}
