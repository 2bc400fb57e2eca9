import { parseBoundedJson } from './bounded-json.js';
import { base64, count, isObject, optional, record, text, type JsonObject } from './json-shape.js';
import { Refusal } from './reasons.js';

const rekorBundle = record({
  SignedEntryTimestamp: base64,
  Payload: record({
    body: base64,
    integratedTime: count,
    logIndex: count,
    logID: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  }),
});

/** What cosign keeps beside a signature, in its own spelling, before it is put into a Sigstore bundle. */
export interface CosignMaterial {
  content: { dsseEnvelope: unknown } | { messageSignature: unknown };
  /** PEM of the certificate; null when a managed key signed. */
  certificate: string | null;
  /** cosign's log bundle: `{SignedEntryTimestamp, Payload: {body, integratedTime, logIndex, logID}}`. */
  logBundle: unknown;
  /** `{SignedRFC3161Timestamp}`; null when there is none. */
  timestamp: unknown;
}

/**
 * Arranges cosign's material as Sigstore bundle JSON v0.1, which carries the same facts: the promise of the
 * log instead of a proof. Throws `Refusal` NO_LOG_MATERIAL without a log bundle, MALFORMED on a wrong shape.
 */
export function cosignToBundleJson(material: CosignMaterial): JsonObject {
  const { content, certificate, logBundle, timestamp } = material;
  if (logBundle === null || logBundle === undefined) throw new Refusal('NO_LOG_MATERIAL');
  if (!rekorBundle(logBundle)) throw new Refusal('MALFORMED');
  const log = logBundle as { SignedEntryTimestamp: string; Payload: Record<string, string | number> };
  const body = String(log.Payload.body);
  const entry = parseBoundedJson(Buffer.from(body, 'base64'));
  if (!isObject(entry)) throw new Refusal('MALFORMED');
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    ...content,
    verificationMaterial: {
      ...(certificate === null
        ? { publicKey: { hint: '' } }
        : { x509CertificateChain: { certificates: [{ rawBytes: derOfPem(certificate) }] } }),
      tlogEntries: [
        {
          logIndex: String(log.Payload.logIndex),
          logId: { keyId: Buffer.from(String(log.Payload.logID), 'hex').toString('base64') },
          kindVersion: { kind: entry.kind, version: entry.apiVersion },
          integratedTime: String(log.Payload.integratedTime),
          inclusionPromise: { signedEntryTimestamp: log.SignedEntryTimestamp },
          canonicalizedBody: body,
        },
      ],
      ...(timestamp === null ? {} : { timestampVerificationData: timestampData(timestamp) }),
    },
  };
}

const blobBundle = record({
  base64Signature: base64,
  cert: optional(text),
  rekorBundle: optional(rekorBundle),
});

/** `cosign sign-blob --bundle` of cosign 1 and 2: `{base64Signature, cert, rekorBundle}`. */
export function blobBundleToBundleJson(value: JsonObject): JsonObject {
  if (!blobBundle(value)) throw new Refusal('MALFORMED');
  const cert = value.cert ? String(value.cert) : null;
  return cosignToBundleJson({
    content: {
      messageSignature: {
        messageDigest: { algorithm: 'SHA2_256', digest: loggedDigest(value.rekorBundle) },
        signature: value.base64Signature,
      },
    },
    certificate:
      cert === null || cert.startsWith('-----') ? cert : Buffer.from(cert, 'base64').toString('utf8'),
    logBundle: value.rekorBundle,
    timestamp: null,
  });
}

/** The format does not repeat the digest of the blob; the hashedrekord entry holds it. */
function loggedDigest(value: unknown): string {
  if (!isObject(value)) throw new Refusal('NO_LOG_MATERIAL');
  const body = parseBoundedJson(Buffer.from(String((value.Payload as JsonObject).body), 'base64'));
  const path = ['spec', 'data', 'hash', 'value'];
  const hex = path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), body);
  if (typeof hex !== 'string' || !/^[0-9a-f]{64}$/.test(hex)) throw new Refusal('MALFORMED');
  return Buffer.from(hex, 'hex').toString('base64');
}

function timestampData(value: unknown): JsonObject {
  if (!record({ SignedRFC3161Timestamp: base64 })(value)) throw new Refusal('MALFORMED');
  return { rfc3161Timestamps: [{ signedTimestamp: (value as JsonObject).SignedRFC3161Timestamp }] };
}

function derOfPem(pem: string): string {
  const block = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(pem);
  if (block === null) throw new Refusal('MALFORMED');
  return block[1]!.replace(/\s/g, '');
}
