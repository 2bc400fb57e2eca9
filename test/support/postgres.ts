import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

/** What the global setup hands to every test file. */
export interface TestPostgres {
  /** The server, connected to a database that is not a test's. */
  url: string;
  /** The migrated database that every test database is a copy of. */
  template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** A migrated, empty database of one test file. */
export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  /** Closes the pool and removes the database. Other sessions get half a second to close, then they are ended. */
  drop(): Promise<void>;
}

/** Copies the template (about 50 ms). Call it in `beforeAll`, and `drop` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url: server, template } = inject('postgres');
  const name = `${template}_${randomBytes(5).toString('hex')}`;
  await execute(server, `create database ${name} template ${template}`);
  const url = databaseUrl(server, name);
  const pool = new pg.Pool({ connectionString: url });
  // Idle connections end when a test stops its database; without a listener that would end the test run.
  pool.on('error', () => {});
  return {
    url,
    pool,
    drop: async () => {
      await pool.end();
      await withClient(server, async (client) => {
        // Pools return from end() before their sessions have closed; one that is ended by force reports an error.
        for (const end = performance.now() + 500; performance.now() < end; await sleep(5)) {
          const { rowCount } = await client.query('select from pg_stat_activity where datname = $1', [name]);
          if (rowCount === 0) break;
        }
        await client.query(`drop database ${name} with (force)`);
      });
    },
  };
}

/** The same server, another database. */
export function databaseUrl(url: string, database: string): string {
  return url.replace(/^(\w+:\/\/[^/?#]*)(\/[^?#]*)?/, `$1/${database}`);
}

/** Runs one statement on a connection of its own. */
export function execute(url: string, statement: string): Promise<void> {
  return withClient(url, async (client) => {
    await client.query(statement);
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
