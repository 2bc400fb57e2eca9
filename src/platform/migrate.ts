import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';

const MIGRATION_LOCK = 7_236_001;
const OLDEST_SERVER = 150_000;

export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** TypeORM's connection for migrations. Everything else goes through `Database`. */
export const createDataSource = (url: string, entities: Function[] = []): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    entities,
    migrations: MIGRATIONS,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    extra: { max: 2, application_name: 'rollcall-migrate' },
  });

/** Brings the schema up to date. Servers that start together wait for each other under an advisory lock. */
export const migrate = (url: string): Promise<void> =>
  withLockedSchema(url, (source) => source.runMigrations());

/** Undoes every migration, newest first. For the tests of migrations only: all data goes. */
export const migrateDown = (url: string): Promise<void> =>
  withLockedSchema(url, async (source) => {
    for (const _ of await source.query('select 1 from migration')) await source.undoLastMigration();
  });

/** Throws SchemaError when migrations are missing. */
export async function checkSchema(url: string): Promise<void> {
  const source = await createDataSource(url).initialize();
  try {
    if (await source.showMigrations())
      throw new SchemaError('the schema is older than this version: start once with ROLLCALL_MIGRATE=auto');
  } finally {
    await source.destroy();
  }
}

async function withLockedSchema(url: string, work: (source: DataSource) => Promise<unknown>): Promise<void> {
  const source = await createDataSource(url).initialize();
  const lock = source.createQueryRunner();
  try {
    const [server] = await lock.query(`select current_setting('server_version_num')::int as version`);
    if (server.version < OLDEST_SERVER)
      throw new SchemaError(`PostgreSQL 15 or newer is needed; this server is ${server.version}`);
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await work(source);
    if ((await lock.query(`select to_regclass('event') as log`))[0].log !== null)
      await lock.query(RENUMBER_RESTORED);
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {});
    await lock.release();
    await source.destroy();
  }
}

// A log restored from a dump into another cluster carries transaction ids of the old one, and ids from its future
// would hide new events. Those rows are long committed: epoch 0 keeps their order by seq.
const RENUMBER_RESTORED = `
do $$ begin
  if exists (select from event where xid >= pg_snapshot_xmax(pg_current_snapshot())) then
    alter table event disable trigger event_append_only;
    update event set xid = '0';
    alter table event enable trigger event_append_only;
  end if;
end $$`;
