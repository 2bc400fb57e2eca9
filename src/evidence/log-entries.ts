import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { parseBoundedJson } from './bounded-json.js';
import { isObject } from './json-shape.js';
import { Refusal } from './reasons.js';

type LogEntry = Bundle['verificationMaterial']['tlogEntries'][number];

const MAX_LOG_MATERIAL = 8;

/** Where each kind of entry that can be verified keeps the signer's certificate or key. */
const SIGNER_PATHS: Record<string, (string | number)[][]> = {
  'hashedrekord/0.0.1': [['spec', 'signature', 'publicKey', 'content']],
  'hashedrekord/0.0.2': [
    ['spec', 'hashedRekordV002', 'signature', 'verifier', 'x509Certificate', 'rawBytes'],
    ['spec', 'hashedRekordV002', 'signature', 'verifier', 'publicKey', 'rawBytes'],
  ],
  'dsse/0.0.1': [['spec', 'signatures', 0, 'verifier']],
  'intoto/0.0.2': [['spec', 'content', 'envelope', 'signatures', 0, 'publicKey']],
};

/** Rekor v2 issues hashedrekord only, yet the verifying library accepts these. */
const NEVER_ISSUED = ['dsse/0.0.2'];

/**
 * Judges log entries and timestamps before any of them is verified. Throws a `Refusal`: LOG_MATERIAL_LIMIT,
 * LOG_ENTRY, LOG_ENTRY_REFUSED, UNSUPPORTED_LOG_ENTRY, CHECKPOINT_MISSING.
 */
export function checkLogMaterial(bundle: Bundle): void {
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  limited(
    tlogEntries.map(
      (entry) => `${entry.logId?.keyId.toString('hex')} ${entry.canonicalizedBody.toString('hex')}`,
    ),
  );
  limited(timestamps.map(({ signedTimestamp }) => signedTimestamp.toString('hex')));
  for (const entry of tlogEntries) {
    const kind = kindOf(bodyOf(entry));
    if (NEVER_ISSUED.includes(kind)) throw new Refusal('LOG_ENTRY_REFUSED');
    if (!Object.hasOwn(SIGNER_PATHS, kind)) throw new Refusal('UNSUPPORTED_LOG_ENTRY');
    if (entry.inclusionProof !== undefined && entry.inclusionProof.checkpoint === undefined) {
      throw new Refusal('CHECKPOINT_MISSING');
    }
  }
}

function limited(parts: string[]): void {
  if (parts.length > MAX_LOG_MATERIAL || new Set(parts).size !== parts.length) {
    throw new Refusal('LOG_MATERIAL_LIMIT');
  }
}

/**
 * Every log entry must record the very certificate (or key) that the bundle was verified with; the library
 * compares signature and digest only. Throws `Refusal` LOG_ENTRY.
 */
export function checkLoggedSigner(bundle: Bundle, key: KeyObject, leaf: Buffer | null): void {
  for (const entry of bundle.verificationMaterial.tlogEntries) {
    const body = bodyOf(entry);
    const logged = (SIGNER_PATHS[kindOf(body)] ?? []).map((path) => valueAt(body, path)).find(isText);
    if (logged === undefined || !isSigner(Buffer.from(logged, 'base64'), key, leaf))
      throw new Refusal('LOG_ENTRY');
  }
}

function isSigner(logged: Buffer, key: KeyObject, leaf: Buffer | null): boolean {
  const pem = logged.includes('-----BEGIN ');
  try {
    if (!pem && leaf !== null && logged.equals(leaf)) return true;
    if (pem && logged.includes('-----BEGIN CERTIFICATE-----')) {
      const certificate = new X509Certificate(logged);
      return leaf === null ? certificate.publicKey.equals(key) : certificate.raw.equals(leaf);
    }
    return createPublicKey(pem ? logged : { key: logged, format: 'der', type: 'spki' }).equals(key);
  } catch {
    return false;
  }
}

function bodyOf(entry: LogEntry): unknown {
  try {
    return parseBoundedJson(entry.canonicalizedBody);
  } catch {
    throw new Refusal('LOG_ENTRY');
  }
}

function kindOf(body: unknown): string {
  return isObject(body) ? `${String(body.kind)}/${String(body.apiVersion)}` : '';
}

function valueAt(body: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof step === 'number') return Array.isArray(at) ? at[step] : undefined;
    return isObject(at) ? at[step] : undefined;
  }, body);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
