import { monotonicFactory } from 'ulid';

/** Prefixes of domain model 2; the part behind the prefix is time-ordered. */
export type IdPrefix =
  | 'org'
  | 'usr'
  | 'tok'
  | 'env'
  | 'lenv'
  | 'prj'
  | 'pvr'
  | 'art'
  | 'att'
  | 'wfl'
  | 'bld'
  | 'dep'
  | 'rec'
  | 'evt'
  | 'trt';

const next = monotonicFactory();

/** A new id such as `rec_01JD…`: sorting ids of one process sorts by creation. */
export const newId = (prefix: IdPrefix): string => `${prefix}_${next()}`;

/** The prefix of an id, or null when it has the form of none. */
export function idPrefix(id: string): IdPrefix | null {
  const match = /^([a-z]{3,4})_[0-9A-HJKMNP-TV-Z]{26}$/.exec(id);
  return match ? (match[1] as IdPrefix) : null;
}
