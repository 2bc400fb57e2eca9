import { createHash } from 'node:crypto';
import { MAX_BYTES, parseBoundedJson } from './bounded-json.js';
import { cosignToBundleJson } from './cosign.js';
import { bundleItem, itemsOfDocument, refused, type AttestationContent } from './document-items.js';
import { isObject } from './json-shape.js';
import { reasonOf } from './reasons.js';

/** One attestation of a file, with the bytes that carry it: a JSON line's own bytes, else the whole file. */
export interface ReadAttestation extends AttestationContent {
  /** Position in the file, from 0. */
  index: number;
  /** The bytes that carry it, as the half-open range [start, end) of the file. */
  start: number;
  end: number;
  /** SHA-256 of those bytes, lower-case hex. */
  sha256: string;
}

interface Line {
  start: number;
  end: number;
}

const MAX_LINES = 1000;
const NEWLINE = 0x0a;

/**
 * Reads untrusted bytes: one JSON document of any known kind, or JSON Lines (blank lines allowed, at most
 * 1000 others) where a bad line is an item with a reason and spoils no other. Never throws; gives at least
 * one item.
 */
export function readAttestations(bytes: Uint8Array): ReadAttestation[] {
  const whole = { start: 0, end: bytes.byteLength };
  try {
    return number(bytes, [{ range: whole, items: itemsOfDocument(parseBoundedJson(bytes)) }]);
  } catch (error) {
    const lines = jsonLines(bytes);
    if (lines === null)
      return number(bytes, [{ range: whole, items: [refused('unknown', reasonOf(error))] }]);
    if (lines.length > MAX_LINES) {
      return number(bytes, [{ range: whole, items: [refused('unknown', 'TOO_MANY_ATTESTATIONS')] }]);
    }
    return number(
      bytes,
      lines.map((range) => ({ range, items: [itemOfLine(bytes.subarray(range.start, range.end))] })),
    );
  }
}

/** Reads one layer of a cosign `.att` manifest: the envelope blob and the material in its annotations. */
export function readCosignLayer(blob: Uint8Array, annotations: Record<string, string>): ReadAttestation {
  const json = (name: string): unknown => {
    const text = annotations[name];
    return text === undefined || text === '' ? null : parseBoundedJson(Buffer.from(text));
  };
  const read = (): AttestationContent => {
    try {
      const content = cosignToBundleJson({
        content: { dsseEnvelope: parseBoundedJson(blob) },
        certificate: annotations['dev.sigstore.cosign/certificate'] || null,
        logBundle: json('dev.sigstore.cosign/bundle'),
        timestamp: json('dev.sigstore.cosign/rfc3161timestamp'),
      });
      return bundleItem('cosign', content);
    } catch (error) {
      return refused('cosign', reasonOf(error));
    }
  };
  return number(blob, [{ range: { start: 0, end: blob.byteLength }, items: [read()] }])[0]!;
}

function number(bytes: Uint8Array, parts: { range: Line; items: AttestationContent[] }[]): ReadAttestation[] {
  const located = parts.flatMap(({ range, items }) => {
    const sha256 = createHash('sha256').update(bytes.subarray(range.start, range.end)).digest('hex');
    return items.map((item) => ({ ...item, ...range, sha256 }));
  });
  return located.map((item, index) => ({ ...item, index }));
}

function itemOfLine(line: Uint8Array): AttestationContent {
  try {
    const items = itemsOfDocument(parseBoundedJson(line));
    return items.length === 1 ? items[0]! : refused('unknown', 'UNKNOWN_FORMAT');
  } catch (error) {
    return refused('unknown', reasonOf(error));
  }
}

/**
 * The non-blank lines, when the file is JSON Lines: at least two, one of them a whole JSON object. Null for
 * a broken single document, however it is laid out.
 */
function jsonLines(bytes: Uint8Array): Line[] | null {
  if (bytes.byteLength > MAX_BYTES) return null;
  const lines = nonBlankLines(bytes);
  const first = lines[0];
  if (lines.length < 2 || first === undefined) return null;
  const opensLayout = first.end - first.start === 1 && [0x7b, 0x5b].includes(bytes[first.start]!);
  if (opensLayout) return null;
  if (lines.length > MAX_LINES) return isWholeObject(bytes, first) ? lines : null;
  return lines.some((line) => isWholeObject(bytes, line)) ? lines : null;
}

function isWholeObject(bytes: Uint8Array, line: Line): boolean {
  try {
    return isObject(parseBoundedJson(bytes.subarray(line.start, line.end)));
  } catch {
    return false;
  }
}

/** Lines without their line break and surrounding blanks; blank ones left out. Stops one past the limit. */
function nonBlankLines(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < bytes.byteLength && lines.length <= MAX_LINES) {
    if (isBlank(bytes[start]!)) {
      start += 1;
      continue;
    }
    const found = bytes.indexOf(NEWLINE, start);
    const next = found === -1 ? bytes.byteLength : found;
    let end = next;
    while (isBlank(bytes[end - 1]!)) end -= 1;
    lines.push({ start, end });
    start = next;
  }
  return lines;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === NEWLINE;
}
