import { isUtf8 } from 'node:buffer';
import { Refusal } from './reasons.js';

export const MAX_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_NODES = 200_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses untrusted JSON. Size, encoding, depth, number of values and repeated keys are judged on the
 * text, in one linear pass without recursion, before `JSON.parse` (which then judges the grammar).
 * Throws a `Refusal`: TOO_LARGE, BAD_UTF8, TOO_DEEP, TOO_MANY_NODES, DUPLICATE_KEY, FORBIDDEN_KEY, BAD_JSON.
 */
export function parseBoundedJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength > MAX_BYTES) throw new Refusal('TOO_LARGE');
  if (!isUtf8(bytes)) throw new Refusal('BAD_UTF8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  scan(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('BAD_JSON');
  }
}

function scan(text: string): void {
  // One entry per open container: the keys seen in an object, null in an array.
  const open: (Set<string> | null)[] = [];
  let nodes = 0;
  let keyIsNext = false;
  let at = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const end = endOfString(text, at);
      if (keyIsNext) {
        addKey(open.at(-1)!, text, at, end);
        keyIsNext = false;
      } else if (++nodes > MAX_NODES) throw new Refusal('TOO_MANY_NODES');
      at = end + 1;
      continue;
    }
    if (unit === 0x7b || unit === 0x5b) {
      if (++nodes > MAX_NODES) throw new Refusal('TOO_MANY_NODES');
      keyIsNext = unit === 0x7b;
      open.push(keyIsNext ? new Set() : null);
      if (open.length > MAX_DEPTH) throw new Refusal('TOO_DEEP');
    } else if (unit === 0x7d || unit === 0x5d) {
      if (open.pop() === undefined) throw new Refusal('BAD_JSON');
      keyIsNext = false;
    } else if (unit === 0x2c) {
      keyIsNext = open.length > 0 && open.at(-1) !== null;
    } else if (unit !== 0x3a && unit > 0x20) {
      if (++nodes > MAX_NODES) throw new Refusal('TOO_MANY_NODES');
      at = endOfScalar(text, at);
      continue;
    }
    at += 1;
  }
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (unit === BACKSLASH) at += 1;
  }
  throw new Refusal('BAD_JSON');
}

function endOfScalar(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x20 || unit === 0x2c || unit === 0x7d || unit === 0x5d || unit === 0x3a || unit === QUOTE)
      break;
    at += 1;
  }
  return at;
}

/** Keys are compared as they decode, so that an escaped spelling is the same key. */
function addKey(keys: Set<string>, text: string, start: number, end: number): void {
  let key = text.slice(start + 1, end);
  if (key.includes('\\')) {
    try {
      key = JSON.parse(`"${key}"`) as string;
    } catch {
      throw new Refusal('BAD_JSON');
    }
  }
  if (key === '__proto__') throw new Refusal('FORBIDDEN_KEY');
  if (keys.has(key)) throw new Refusal('DUPLICATE_KEY');
  keys.add(key);
}
