import { RollcallError } from './errors.js';

export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 500;

export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

export interface Page<T> {
  nodes: T[];
  edges: { cursor: string; node: T }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  /** Counts only when it is asked for. */
  totalCount: () => Promise<number>;
}

export interface PageRequest<Key extends unknown[]> {
  /** One more than the page holds, to know whether another follows. */
  limit: number;
  /** The key of the row before the page; null = from the start. */
  after: Key | null;
}

/** Reads `first` and `after`; a cursor must carry `keys` texts, made by `toPage`. */
export function readPage<Key extends string[]>(args: PageArgs, keys: number): PageRequest<Key> {
  const first = args.first ?? DEFAULT_PAGE;
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE)
    throw new RollcallError('BAD_REQUEST', `first must be from 1 to ${MAX_PAGE}`, { field: ['first'] });
  if (args.after === undefined || args.after === null) return { limit: first + 1, after: null };
  return { limit: first + 1, after: decodeCursor(args.after, keys) as Key };
}

/** Lists of a filter hold at most 500 values each; more is a BAD_REQUEST that names the field. */
export function checkLists(filter: object): void {
  for (const [field, value] of Object.entries(filter))
    if (Array.isArray(value) && value.length > MAX_PAGE)
      throw new RollcallError('BAD_REQUEST', `${field} takes at most ${MAX_PAGE} values`, {
        field: ['filter', field],
      });
}

export const encodeCursor = (key: readonly string[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

export function decodeCursor(cursor: string, keys: number): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === keys && key.every((part) => typeof part === 'string'))
      return key;
  } catch {
    // falls through to the refusal below
  }
  throw new RollcallError('BAD_REQUEST', 'after is not a cursor of this list', { field: ['after'] });
}

/** Cuts the extra row off and makes cursors of `keyOf`. */
export function toPage<T>(
  rows: T[],
  request: { limit: number; after: unknown },
  keyOf: (row: T) => string[],
  totalCount: () => Promise<number>,
): Page<T> {
  const nodes = rows.length < request.limit ? rows : rows.slice(0, request.limit - 1);
  return {
    nodes,
    get edges() {
      return nodes.map((node) => ({ cursor: encodeCursor(keyOf(node)), node }));
    },
    pageInfo: {
      hasNextPage: rows.length === request.limit,
      hasPreviousPage: request.after !== null,
      startCursor: nodes[0] === undefined ? null : encodeCursor(keyOf(nodes[0])),
      endCursor: nodes.length === 0 ? null : encodeCursor(keyOf(nodes[nodes.length - 1] as T)),
    },
    totalCount,
  };
}
