import type { OptionSpecs } from './command.js';
import { conflict } from './failure.js';
import { numberOption } from './duration.js';
import type { List } from './output.js';

export const PAGING_OPTIONS = {
  limit: { type: 'string', value: 'N', about: 'show at most N, 50', filter: true },
  all: { type: 'boolean', about: 'show all', here: true },
} as const satisfies OptionSpecs;

export interface Page<T> {
  nodes: T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const LARGEST_PAGE = 500;

/** Follows the pages of a connection until `--limit` items are there, or with `--all` until the end. */
export async function collect<T>(
  flags: { limit?: string; all: boolean },
  fetchPage: (page: { first: number; after: string | null }) => Promise<Page<T>>,
): Promise<List<T>> {
  if (flags.all && flags.limit !== undefined) throw conflict('--limit and --all exclude each other');
  const limit = flags.all ? Infinity : (numberOption('limit', flags.limit, 1, 1_000_000) ?? 50);
  const items: T[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Page<T> = await fetchPage({ first: Math.min(limit - items.length, LARGEST_PAGE), after });
    items.push(...page.nodes);
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage || endCursor === null || items.length >= limit)
      return { items, pageInfo: { hasNextPage, endCursor } };
    after = endCursor;
  }
}
