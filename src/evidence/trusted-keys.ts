import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { parseBoundedJson } from './bounded-json.js';
import { base64, isObject, list, optional, record, text } from './json-shape.js';
import { OptionError } from './reasons.js';

/** A public key that is trusted to sign attestations. */
export interface TrustedKey {
  /** The name that signers give as a hint; null for a bare PEM key, which answers to any hint. */
  keyId: string | null;
  key: KeyObject;
  /** SHA-256 of the DER SubjectPublicKeyInfo, lower-case hex: what makes two keys the same key. */
  fingerprint: string;
  /** Instants in milliseconds since 1970, both inclusive; null when open. */
  validFrom: number | null;
  validUntil: number | null;
}

const MAX_KEYS = 64;
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
const PEM = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/g;

/** Sigstore's `keys.json` (a TUF target) and the npm registry's `/-/npm/v1/keys` endpoint. */
const keysFile = record({
  keys: list(
    record({
      keyId: optional(text),
      keyUsage: optional(text),
      publicKey: optional(
        record({
          rawBytes: base64,
          validFor: optional(record({ start: optional(text), end: optional(text) })),
        }),
      ),
      keyid: optional(text),
      key: optional(base64),
      expires: optional(text),
    }),
    MAX_KEYS,
  ),
});

interface KeyEntry {
  keyId?: string | null;
  keyUsage?: string | null;
  publicKey?: { rawBytes: string; validFor?: { start?: string | null; end?: string | null } | null } | null;
  keyid?: string | null;
  key?: string | null;
  expires?: string | null;
}

/**
 * Reads PEM public keys (one or several) or a JSON list of keys. Of a list, only keys for attestations are
 * taken where a usage is named. Throws `OptionError` BAD_KEY; private keys and weak keys are refused.
 */
export function loadTrustedKeys(bytes: Uint8Array): TrustedKey[] {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1').trimStart();
  const keys = start.startsWith('{') ? keysOfList(bytes) : keysOfPem(bytes);
  if (keys.length === 0) throw new OptionError('BAD_KEY', 'The file holds no public key for attestations.');
  return keys;
}

function keysOfPem(bytes: Uint8Array): TrustedKey[] {
  if (bytes.byteLength > 64 * 1024) throw new OptionError('BAD_KEY', 'The key file is too large.');
  const pem = Buffer.from(bytes).toString('latin1');
  if (pem.includes('PRIVATE KEY')) throw new OptionError('BAD_KEY', 'The file holds a private key.');
  const blocks = pem.match(PEM) ?? [];
  if (blocks.length > MAX_KEYS) throw new OptionError('BAD_KEY', `More than ${MAX_KEYS} keys.`);
  return blocks.map((block) => trustedKey(() => createPublicKey(block), null, null, null));
}

function keysOfList(bytes: Uint8Array): TrustedKey[] {
  const json = parseList(bytes);
  const entries = json.filter(({ keyUsage }) => !keyUsage || keyUsage === 'npm:attestations');
  return entries.map((entry) => {
    const der = entry.publicKey?.rawBytes ?? entry.key;
    const name = entry.keyId ?? entry.keyid;
    if (!der || !name) throw new OptionError('BAD_KEY', 'A key of the list has no name or no bytes.');
    return trustedKey(
      () => createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' }),
      name,
      instant(entry.publicKey?.validFor?.start),
      instant(entry.publicKey?.validFor?.end ?? entry.expires),
    );
  });
}

function parseList(bytes: Uint8Array): KeyEntry[] {
  let json: unknown;
  try {
    json = parseBoundedJson(bytes);
  } catch {
    throw new OptionError('BAD_KEY', 'The list of keys is not valid JSON.');
  }
  if (!isObject(json) || !keysFile(json))
    throw new OptionError('BAD_KEY', 'The list of keys has a wrong shape.');
  return json.keys as KeyEntry[];
}

function instant(value: string | null | undefined): number | null {
  if (value === undefined || value === null) return null;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new OptionError('BAD_KEY', 'A key has an unreadable validity.');
  return time;
}

function trustedKey(
  read: () => KeyObject,
  keyId: string | null,
  validFrom: number | null,
  validUntil: number | null,
): TrustedKey {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new OptionError('BAD_KEY', 'A public key cannot be read.');
  }
  if (!isStrong(key))
    throw new OptionError('BAD_KEY', 'A key is neither P-256/384/521, Ed25519 nor RSA ≥ 2048.');
  return { keyId, key, fingerprint: spkiFingerprint(key), validFrom, validUntil };
}

function isStrong(key: KeyObject): boolean {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return CURVES.includes(namedCurve ?? '');
  if (key.asymmetricKeyType === 'rsa') return (modulusLength ?? 0) >= 2048;
  return key.asymmetricKeyType === 'ed25519';
}

export function spkiFingerprint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}

/** Whether the key was valid at an instant (milliseconds since 1970). */
export function isValidAt(key: TrustedKey, instant: number): boolean {
  return (key.validFrom ?? -Infinity) <= instant && instant <= (key.validUntil ?? Infinity);
}
