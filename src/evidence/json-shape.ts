/** A test of one JSON value; true when it has the shape. */
export type Shape = (value: unknown) => boolean;

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const text: Shape = (value) => typeof value === 'string';

/** A whole number ≥ 0, as JSON number or decimal text (how protobuf writes 64-bit integers). */
export const count: Shape = (value) =>
  typeof value === 'string'
    ? /^\d{1,19}$/.test(value)
    : Number.isSafeInteger(value) && (value as number) >= 0;

/** Base64 with the standard or the URL alphabet (never both), non-empty, padded or not, line breaks allowed. */
export const base64: Shape = (value) => {
  if (typeof value !== 'string') return false;
  const text = value.includes('\n') ? value.replace(/[\r\n]/g, '') : value;
  return /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.test(text) && isWhole(text);
};

function isWhole(text: string): boolean {
  const digits = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  return digits % 4 !== 1 && (digits === text.length || text.length % 4 === 0);
}

/** The value may be absent or null. */
export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || value === null || shape(value);

export const list =
  (shape: Shape, max: number): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= max && value.every(shape);

/** An object whose named fields have their shapes; other fields are not looked at. */
export const record =
  (fields: Record<string, Shape>): Shape =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, shape]) => shape(value[name]));

/** Exactly one of the named fields is present. */
export const oneOf =
  (...names: string[]): Shape =>
  (value) =>
    isObject(value) && names.filter((name) => value[name] !== undefined && value[name] !== null).length === 1;

export const both =
  (...shapes: Shape[]): Shape =>
  (value) =>
    shapes.every((shape) => shape(value));
