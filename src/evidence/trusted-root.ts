import { createHash } from 'node:crypto';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';
import { parseBoundedJson } from './bounded-json.js';
import { base64, isObject, list, optional, record, text, type JsonObject } from './json-shape.js';
import { OptionError, Refusal } from './reasons.js';

/** How many of each a keyless bundle must carry. GitHub's internal instance: 0 / 0 / 1. */
export interface Thresholds {
  tlogThreshold: number;
  ctlogThreshold: number;
  timestampThreshold: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };

/** One Sigstore instance that is trusted, ready to verify with. */
export interface LoadedRoot {
  /** `sha256:` and the digest of the file it was read from. */
  id: string;
  material: TrustMaterial;
  thresholds: Thresholds;
}

const MAX_THRESHOLD = 8;
const MAX_AUTHORITIES = 64;
const MAX_CACHED = 16;
const MEDIA_TYPE =
  /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.[12]|\.v0\.[12]\+json)$/;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const instant = (value: unknown): boolean =>
  typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value));

// The verifying library reads a missing start as 1970: such an entry would be trusted for all of the past.
const validity = record({ start: instant, end: optional(instant) });

const log = record({
  baseUrl: text,
  logId: record({ keyId: base64 }),
  checkpointKeyId: optional(record({ keyId: base64 })),
  publicKey: record({ rawBytes: base64, keyDetails: text, validFor: validity }),
});

const authority = record({
  certChain: record({ certificates: list(record({ rawBytes: base64 }), 16) }),
  validFor: validity,
});

const rootShape = record({
  mediaType: (value) => typeof value === 'string' && MEDIA_TYPE.test(value),
  tlogs: optional(list(log, MAX_AUTHORITIES)),
  ctlogs: optional(list(log, MAX_AUTHORITIES)),
  certificateAuthorities: optional(list(authority, MAX_AUTHORITIES)),
  timestampAuthorities: optional(list(authority, MAX_AUTHORITIES)),
});

// Building the material takes 3 to 10 ms, so a process keeps the last few roots it was given.
const cache = new Map<string, TrustMaterial>();

/**
 * Reads a Sigstore trusted root (JSON). `thresholds` override the defaults 1/1/1 one by one.
 * Throws `OptionError`: BAD_TRUSTED_ROOT when a field is missing or broken, and always when a log, a
 * certificate authority or a timestamp authority has no `validFor.start`; BAD_THRESHOLD outside 0 to 8.
 */
export function loadTrustedRoot(bytes: Uint8Array, thresholds: Partial<Thresholds> = {}): LoadedRoot {
  const id = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  let material = cache.get(id);
  if (material === undefined) {
    material = readMaterial(bytes);
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
    cache.set(id, material);
  }
  return { id, material, thresholds: checkedThresholds(thresholds) };
}

function readMaterial(bytes: Uint8Array): TrustMaterial {
  const json = rootJson(bytes);
  if (!rootShape(json)) {
    throw new OptionError(
      'BAD_TRUSTED_ROOT',
      'The trusted root lacks a required field; every log and authority needs validFor.start.',
    );
  }
  const chains = [json.certificateAuthorities ?? [], json.timestampAuthorities ?? []].flat();
  const empty = (chain: unknown): boolean =>
    ((chain as JsonObject).certChain as { certificates: unknown[] }).certificates.length === 0;
  if (chains.some(empty)) throw new OptionError('BAD_TRUSTED_ROOT', 'An authority has no certificate.');
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(json));
  } catch {
    throw new OptionError('BAD_TRUSTED_ROOT', 'A key or certificate of the trusted root cannot be read.');
  }
}

function rootJson(bytes: Uint8Array): JsonObject {
  try {
    const json = parseBoundedJson(bytes);
    if (isObject(json)) return json;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new OptionError('BAD_TRUSTED_ROOT', `The trusted root is unreadable. ${error.message}`);
  }
  throw new OptionError('BAD_TRUSTED_ROOT', 'The trusted root is not a JSON object.');
}

function checkedThresholds(given: Partial<Thresholds>): Thresholds {
  const merged = { ...DEFAULT_THRESHOLDS };
  for (const name of Object.keys(merged) as (keyof Thresholds)[]) {
    const value = given[name] ?? merged[name];
    if (!Number.isInteger(value) || value < 0 || value > MAX_THRESHOLD) {
      throw new OptionError('BAD_THRESHOLD', `${name} must be a whole number from 0 to ${MAX_THRESHOLD}.`);
    }
    merged[name] = value;
  }
  return merged;
}
