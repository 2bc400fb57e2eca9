import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './embedded-postgres/binaries.js';
import { prepareCluster } from './embedded-postgres/cluster.js';
import { DataFolderInUse, EmbeddedPostgresError, codeOf, messageOf } from './embedded-postgres/failure.js';
import { removeSocketDir, serverFiles } from './embedded-postgres/files.js';
import { type FolderLock } from './embedded-postgres/folder-lock.js';
import { type Held, type Setup, holdServer } from './embedded-postgres/hold.js';
import { shutDown } from './embedded-postgres/postmaster.js';
import { ServerLog } from './embedded-postgres/server-log.js';

export { DataFolderInUse, EmbeddedPostgresError };

const USER = 'rollcall';
const DATABASE = 'rollcall';
const MAX_RESTART_PAUSE_MS = 30_000;
const CLOSING_SESSIONS_MS = 500;
const POLL_MS = 5;

const DEFAULT_SETTINGS: Record<string, string> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_connections: '100',
  deadlock_timeout: '50ms',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A failed statement is its caller's to log; here it would repeat the caller's data.
  log_min_messages: 'log',
};

export interface EmbeddedPostgresOptions {
  /** The data folder; made when missing. Gets `data/`, `postgres.log`, and `pg-18.4/` when a copy is needed. */
  dataDir: string;
  /** Gets one line for everything the launcher does that is not routine. */
  log?: (line: string) => void;
  /** PostgreSQL settings that win over the launcher's defaults. */
  settings?: Record<string, string>;
}

/** A running embedded PostgreSQL. When it dies while it is in use, it is started again on the same socket. */
export interface EmbeddedPostgres {
  /** For `pg.Pool`; `host` is the folder of the UNIX socket. There is no TCP port and no password. */
  readonly connection: { host: string; user: string; database: string };
  /** The same as a connection string. */
  readonly url: string;
  /** For example `18.4`. */
  readonly version: string;
  /** The process id of PostgreSQL. It changes when PostgreSQL is started again. */
  readonly pid: number;
  /** True when the server of an earlier process was taken over, false when this process started it. */
  readonly adopted: boolean;
  /**
   * Stops PostgreSQL, also an adopted one, and waits for it. Close pools before: sessions still open after half a
   * second are ended. May be called again.
   */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a data folder, or takes over the one a killed process left running there. Creates the cluster
 * and the database `rollcall` when they are missing. The caller stops it before it exits.
 *
 * @throws DataFolderInUse when another process uses the folder
 * @throws EmbeddedPostgresError when PostgreSQL cannot run here; the message holds PostgreSQL's own words
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const setup = await prepare(options).catch((error: unknown) => {
    if (codeOf(error) === null) throw error;
    throw new EmbeddedPostgresError(
      `Could not prepare the data folder ${options.dataDir} for PostgreSQL: ${messageOf(error)}. Give this user the ` +
        'right to write there and enough space, or choose another ROLLCALL_DATA_DIR.',
      { cause: error },
    );
  });
  try {
    return await run(setup);
  } catch (error) {
    setup.serverLog.close();
    throw error;
  }
}

async function prepare(options: EmbeddedPostgresOptions): Promise<Setup> {
  const note = options.log ?? (() => {});
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const files = serverFiles(options.dataDir);
  if (files.viaDescriptor) {
    note(
      `${files.dataDir} is below a private folder; PostgreSQL (user id ${files.account.uid}) gets it opened`,
    );
  }
  const binaries = await findBinaries(files.dataDir, files.account);
  await prepareCluster(files, binaries, settings.fsync !== 'off');
  const serverLog = new ServerLog(join(files.dataDir, 'postgres.log'), files.account, note);
  return { files, binaries, settings, serverLog, note };
}

async function run(setup: Setup): Promise<EmbeddedPostgres> {
  const { files, binaries, serverLog, note } = setup;
  const cancelled = new AbortController();
  let healing: Promise<void> = Promise.resolve();
  let stopped: Promise<void> | null = null;
  let holding = true;
  const lost = (): void => {
    holding = false;
    if (!cancelled.signal.aborted) healing = heal();
  };
  let held: Held = await holdServer(setup, lost);
  try {
    await createDatabase(held.lock);
  } catch (error) {
    await end();
    throw error;
  }

  async function heal(): Promise<void> {
    note('lost the connection to PostgreSQL, looking after it');
    for (let pause = 100; !cancelled.signal.aborted; pause = Math.min(pause * 2, MAX_RESTART_PAUSE_MS)) {
      try {
        held = await holdServer(setup, lost);
        holding = true;
        if (!held.adopted) note(`PostgreSQL had ended and was started again (pid ${held.pid})`);
        return;
      } catch (error) {
        note(`PostgreSQL is not available: ${messageOf(error)}`);
        await sleep(pause, undefined, { signal: cancelled.signal }).catch(() => {}); // woken by stop()
      }
    }
  }

  async function end(): Promise<void> {
    cancelled.abort();
    await healing;
    serverLog.close();
    // Without the lock PostgreSQL has ended, or it serves another process by now.
    if (!holding) return;
    held.lock.forget();
    await closingSessions(held.lock);
    // The lock stays ours until PostgreSQL has ended: nobody adopts a server that is about to stop.
    await shutDown(held.pid, files.clusterName, note);
    await held.lock.release();
    removeSocketDir(files);
  }

  return {
    connection: { host: files.socketDir, user: USER, database: DATABASE },
    url: `postgresql://${USER}@/${DATABASE}?host=${encodeURIComponent(files.socketDir)}`,
    version: binaries.version,
    get pid() {
      return held.pid;
    },
    get adopted() {
      return held.adopted;
    },
    stop: () => (stopped ??= end()),
  };
}

/**
 * Lets sessions that are closing close. `pg.Pool.end()` returns before its connections have, and one that hears of
 * the shutdown instead throws an error that nobody listens to any more.
 */
async function closingSessions({ client }: FolderLock): Promise<void> {
  const patience = new AbortController();
  const allClosed = async (): Promise<void> => {
    for (let open = 1; open > 0 && !patience.signal.aborted;) {
      const { rowCount } = await client.query(
        `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
      open = rowCount ?? 0;
      if (open > 0) await sleep(POLL_MS);
    }
  };
  const tooLong = sleep(CLOSING_SESSIONS_MS, undefined, { signal: patience.signal });
  // A rejection means that the connection broke, or that the wait was called off: nothing is left to wait for.
  await Promise.race([allClosed(), tooLong]).catch(() => {});
  patience.abort();
  await tooLong.catch(() => {});
}

async function createDatabase({ client }: FolderLock): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`create database ${DATABASE}`);
}
