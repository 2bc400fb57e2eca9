import { parseBoundedJson } from './bounded-json.js';
import { isObject } from './json-shape.js';
import { Refusal } from './reasons.js';

/** One thing a statement speaks about. `name` is display only and is never matched. */
export interface StatementSubject {
  name: string | null;
  /** Algorithm name → digest text, as written by the signer. */
  digest: Record<string, string>;
  annotations?: Record<string, unknown>;
  uri?: string;
}

/** An in-toto statement, v0.1 or v1, checked in shape; the predicate is not interpreted here. */
export interface Statement {
  _type: string;
  predicateType: string;
  subject: StatementSubject[];
  predicate: unknown;
}

export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const STATEMENT_TYPES = ['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'];
const MAX_SUBJECTS = 1024;

/** Reads the payload of an envelope. Throws a `Refusal`: STATEMENT, or a reason of the JSON parser. */
export function parseStatement(payload: Uint8Array): Statement {
  return toStatement(parseBoundedJson(payload));
}

/** Checks already parsed JSON. Throws `Refusal` STATEMENT. */
export function toStatement(value: unknown): Statement {
  if (!isObject(value)) throw new Refusal('STATEMENT');
  const { _type, predicateType, subject, predicate } = value;
  if (typeof _type !== 'string' || !STATEMENT_TYPES.includes(_type)) throw new Refusal('STATEMENT');
  if (typeof predicateType !== 'string' || predicateType === '') throw new Refusal('STATEMENT');
  if (!Array.isArray(subject) || subject.length === 0 || subject.length > MAX_SUBJECTS) {
    throw new Refusal('STATEMENT');
  }
  return { _type, predicateType, subject: subject.map(toSubject), predicate: predicate ?? null };
}

function toSubject(value: unknown): StatementSubject {
  if (!isObject(value) || !isObject(value.digest)) throw new Refusal('STATEMENT');
  const digest = Object.entries(value.digest);
  if (digest.length === 0 || !digest.every(([, text]) => typeof text === 'string')) {
    throw new Refusal('STATEMENT');
  }
  const { name, annotations, uri } = value;
  if (name !== undefined && name !== null && typeof name !== 'string') throw new Refusal('STATEMENT');
  return {
    name: name ?? null,
    digest: Object.fromEntries(digest) as Record<string, string>,
    ...(isObject(annotations) ? { annotations } : {}),
    ...(typeof uri === 'string' ? { uri } : {}),
  };
}
