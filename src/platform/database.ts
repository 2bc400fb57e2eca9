import pg from 'pg';
import { instantFromPostgres } from './instant.js';

const TIMESTAMPTZ = 1184;
const INT8 = 20;
const XID8 = 5069;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === TIMESTAMPTZ) return instantFromPostgres;
    if (oid === INT8) return Number;
    if (oid === XID8) return String;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};

/** A connection inside a transaction. Store methods that write take it as their first argument. */
export type Tx = pg.PoolClient;
/** Where a statement may run: the pool, or a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

/** Serialisation failure or deadlock: the same work may succeed when it is tried again. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001');

/** The database went away, refused us, or is stopping. */
export const isUnavailable = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    /^(08|57P0|53)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    (error instanceof Error &&
      /Connection terminated|not queryable|timeout exceeded when trying to connect/.test(error.message))
  );
};

/**
 * Every statement here is short, hand-written and reads few rows by index. So plans follow the order in which a
 * statement is written and stay the same from an empty table to a large one: prepared once, nested loops over indexes.
 * Left to its statistics the planner took up to 4 ms to plan a list that runs in 2, and chose scans 100 times slower
 * while a table that had just grown was not analyzed yet.
 */
const SESSION = [
  'timezone=UTC',
  'jit=off',
  'statement_timeout=30000',
  'idle_in_transaction_session_timeout=60000',
  'plan_cache_mode=force_generic_plan',
  'join_collapse_limit=1',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

export class Database {
  readonly pool: pg.Pool;

  /** `settings` go to pg as they are: a `connectionString`, or `host`, `user` and `database`. */
  constructor(settings: pg.PoolConfig) {
    this.pool = new pg.Pool({
      max: 16,
      idleTimeoutMillis: 60_000,
      connectionTimeoutMillis: 10_000,
      application_name: 'rollcall',
      ...settings,
      types,
      options: SESSION,
    });
    // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
    this.pool.on('error', () => {});
  }

  /** Runs a named prepared statement and returns its rows. */
  async query<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ name, text, values })).rows;
  }

  /** Runs `work` in one transaction: commits what it did, or nothing when it throws. Retries 40P01 and 40001. */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!isRetryable(error) || attempt >= 5) throw error;
      }
    }
  }

  private async attempt<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // A connection may break between two statements; without a listener that would end the process.
    const lost = (error: Error): void => void (broken = error);
    client.on('error', lost);
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.off('error', lost);
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
