import { bundleFromJSON, type Bundle } from '@sigstore/bundle';
import { envelopeShape } from './envelope.js';
import { base64, both, count, isObject, list, oneOf, optional, record, text } from './json-shape.js';
import { Refusal } from './reasons.js';
import { IN_TOTO_PAYLOAD_TYPE } from './statement.js';

const MEDIA_TYPES = [
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
];

const bytesField = (name: string) => record({ [name]: base64 });

const logEntry = record({
  logIndex: optional(count),
  logId: bytesField('keyId'),
  kindVersion: record({ kind: text, version: text }),
  integratedTime: optional(count),
  inclusionPromise: optional(bytesField('signedEntryTimestamp')),
  inclusionProof: optional(
    record({
      logIndex: optional(count),
      rootHash: optional(base64),
      treeSize: optional(count),
      hashes: optional(list(base64, 64)),
      checkpoint: optional(record({ envelope: text })),
    }),
  ),
  canonicalizedBody: base64,
});

const bundleShape = both(
  oneOf('dsseEnvelope', 'messageSignature'),
  record({
    dsseEnvelope: optional(envelopeShape),
    messageSignature: optional(
      record({ messageDigest: record({ algorithm: optional(text), digest: base64 }), signature: base64 }),
    ),
    verificationMaterial: both(
      oneOf('certificate', 'x509CertificateChain', 'publicKey'),
      record({
        certificate: optional(bytesField('rawBytes')),
        x509CertificateChain: optional(record({ certificates: list(bytesField('rawBytes'), 16) })),
        publicKey: optional(record({ hint: optional(text) })),
        tlogEntries: optional(list(logEntry, Infinity)),
        timestampVerificationData: optional(
          record({ rfc3161Timestamps: optional(list(bytesField('signedTimestamp'), Infinity)) }),
        ),
      }),
    ),
  }),
);

/**
 * Decodes a Sigstore bundle v0.1 to v0.3. The protobuf decoder underneath takes wrong types, broken base64
 * and two contents at once without complaint, so the JSON is checked first.
 * Throws a `Refusal`: BUNDLE_VERSION, MALFORMED, SIGNATURE_COUNT, PAYLOAD_TYPE.
 */
export function toBundle(value: unknown): Bundle {
  if (!isObject(value)) throw new Refusal('MALFORMED');
  if (typeof value.mediaType !== 'string' || !MEDIA_TYPES.includes(value.mediaType)) {
    throw new Refusal('BUNDLE_VERSION');
  }
  if (!bundleShape(value)) throw new Refusal('MALFORMED');
  if (isObject(value.dsseEnvelope)) {
    if ((value.dsseEnvelope.signatures as unknown[]).length !== 1) throw new Refusal('SIGNATURE_COUNT');
    if (value.dsseEnvelope.payloadType !== IN_TOTO_PAYLOAD_TYPE) throw new Refusal('PAYLOAD_TYPE');
  }
  try {
    return bundleFromJSON(value);
  } catch {
    throw new Refusal('MALFORMED');
  }
}

/** DER of the signing certificate; null when the bundle names a public key instead. */
export function leafCertificate(bundle: Bundle): Buffer | null {
  const { content } = bundle.verificationMaterial;
  if (content.$case === 'certificate') return content.certificate.rawBytes;
  if (content.$case === 'x509CertificateChain') return content.x509CertificateChain.certificates[0]!.rawBytes;
  return null;
}
