import { parseInstant } from '../../platform/instant.js';

const MAX_BYTES = 2048;
// Control characters, lone surrogates, line separators, and the marks that reverse the direction of what is displayed.
const HIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
// The zero time of the systems that cannot leave a time out.
const ZERO_TIME = '0001-01-01T00:00:00';

/** The value at `path` of parsed JSON; own properties only, undefined where the path leaves the objects. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here: unknown = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

/** The elements of a JSON array (at most 10,000); empty for anything else. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, 10_000) : []);

/**
 * A claimed text, or null: for other types, for empty text, for more than 2 kB, and for text with characters that do
 * not show. Numbers count as text, and drafts of SLSA v1 wrap the value as `{ value }`.
 */
export function text(value: unknown): string | null {
  const inner = at(value, 'value') ?? value;
  if (typeof inner === 'number') return Number.isSafeInteger(inner) ? String(inner) : null;
  if (typeof inner !== 'string' || inner === '' || inner.length > MAX_BYTES) return null;
  if (HIDDEN.test(inner) || Buffer.byteLength(inner) > MAX_BYTES) return null;
  return inner;
}

/** The first of the values that is an accepted text. */
export function firstText(...values: readonly unknown[]): string | null {
  for (const value of values) {
    const said = text(value);
    if (said !== null) return said;
  }
  return null;
}

/** A whole number from 1 to 999,999,999, given as number or digits. */
export function count(value: unknown): number | null {
  const said = text(value);
  return said !== null && /^[1-9]\d{0,8}$/.test(said) ? Number(said) : null;
}

export const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** An RFC 3339 instant, as written. */
export function time(value: unknown): string | null {
  const said = text(value);
  if (said === null || said.startsWith(ZERO_TIME) || parseInstant(said) === null) return null;
  return said;
}

/** An http(s) address without credentials, as written. */
export function webUrl(value: unknown): string | null {
  const said = text(value);
  if (said === null || !/^https?:\/\/[^\s\\"<>]+$/i.test(said)) return null;
  const url = URL.parse(said);
  return url !== null && url.username === '' && url.password === '' ? said : null;
}

/** A variable of the CI environment; some builders write its name in lower case. */
export const variable = (environment: unknown, name: string): unknown =>
  at(environment, name) ?? at(environment, name.toLowerCase());
