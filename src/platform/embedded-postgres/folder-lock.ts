import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataFolderInUse, EmbeddedPostgresError, codeOf, messageOf } from './failure.js';
import { type Postmaster } from './postmaster.js';
import { isAlive, titleOf } from './process.js';

// The lock of a data folder: two numbers without a meaning.
const LOCK_KEYS = [826_370_115, 1_146_245_190] as const;
const CONNECT_MS = 10_000;
// PostgreSQL notices the end of a killed owner within milliseconds.
const DEAD_OWNER_GRACE_MS = 2_000;
const SOCKET_GRACE_MS = 5_000;
const POLL_MS = 10;

/**
 * The exclusive right to a data folder: an advisory lock of PostgreSQL, held by a connection that does nothing
 * else. It ends with our process, however that ends, and the two starts of a race meet at it.
 */
export interface FolderLock {
  client: pg.Client;
  version: string;
  /** From now on the end of the connection is expected and not reported. */
  forget(): void;
  /** Gives the lock back. */
  release(): Promise<void>;
}

/**
 * Takes the lock through a running server; waits while that server starts or stops.
 *
 * @param onLost called once when the connection of the lock breaks before it is released
 * @returns null when the server ended meanwhile
 * @throws DataFolderInUse when another process has it
 */
export async function lockFolder(
  dataDir: string,
  clusterName: string,
  server: Pick<Postmaster, 'pid' | 'socketDir'>,
  onLost: () => void,
): Promise<FolderLock | null> {
  const client = await connectWhileAlive(server, clusterName);
  if (!client) return null;
  let expected = false;
  const forget = (): void => {
    expected = true;
  };
  const release = async (): Promise<void> => {
    forget();
    await client.end().catch(() => {}); // an already broken connection is as good as an ended one
  };
  client.on('error', () => {}); // 'end' follows
  try {
    await takeLock(client, dataDir);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    client.once('end', () => {
      if (!expected) onLost();
    });
    return { client, version: rows[0]!.server_version, forget, release };
  } catch (error) {
    await release();
    // The server went away under us: not our lock, not an error of the folder.
    if (!(error instanceof DataFolderInUse) && !isServer(server.pid, clusterName)) return null;
    throw error;
  }
}

/** Whether a PostgreSQL answers on a socket folder: one of another container that shares the data folder. */
export async function answers(socketDir: string): Promise<boolean> {
  const client = newClient(socketDir);
  try {
    await client.connect();
    return true;
  } catch (error) {
    return codeOf(error)?.startsWith('57P') ?? false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function takeLock(client: pg.Client, dataDir: string): Promise<void> {
  const patience = performance.now() + DEAD_OWNER_GRACE_MS;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1, $2) as locked',
      [...LOCK_KEYS],
    );
    if (rows[0]?.locked) return;
    const owner = await lockOwner(client);
    if (owner === null) continue; // it was released between the two statements
    const here = owner.host === shortHostname();
    const dying = here && owner.pid !== process.pid && !isAlive(owner.pid);
    if (!dying || performance.now() > patience) {
      const what =
        owner.pid === process.pid && here ? 'this Rollcall process itself' : 'another Rollcall process';
      throw new DataFolderInUse(
        dataDir,
        `${what} (pid ${owner.pid}${here ? '' : ` on ${owner.host}`})`,
        owner.pid,
      );
    }
    await sleep(POLL_MS);
  }
}

async function lockOwner(client: pg.Client): Promise<{ pid: number; host: string } | null> {
  const { rows } = await client.query<{ application_name: string }>(
    `select a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid = $2 and l.objsubid = 2`,
    [...LOCK_KEYS],
  );
  const match = /^rollcall-owner (\d+) (.*)$/.exec(rows[0]?.application_name ?? '');
  return match ? { pid: Number(match[1]), host: match[2] ?? '' } : null;
}

async function connectWhileAlive(
  server: Pick<Postmaster, 'pid' | 'socketDir'>,
  clusterName: string,
): Promise<pg.Client | null> {
  let unanswered: number | null = null;
  for (;;) {
    const client = newClient(server.socketDir);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (!isServer(server.pid, clusterName)) return null;
      // 57P01..57P03: it is starting, recovering or stopping, and says so.
      if (codeOf(error)?.startsWith('57P')) unanswered = null;
      else if ((unanswered ??= performance.now()) + SOCKET_GRACE_MS < performance.now()) {
        throw new EmbeddedPostgresError(
          `PostgreSQL (pid ${server.pid}) runs but does not answer on ${server.socketDir}: ${messageOf(error)}. ` +
            `Stop it with kill -INT ${server.pid} and start again.`,
        );
      }
      await sleep(POLL_MS);
    }
  }
}

function isServer(pid: number, clusterName: string): boolean {
  return titleOf(pid).includes(clusterName);
}

function newClient(socketDir: string): pg.Client {
  return new pg.Client({
    host: socketDir,
    port: 5432,
    user: 'rollcall',
    database: 'postgres',
    application_name: `rollcall-owner ${process.pid} ${shortHostname()}`,
    connectionTimeoutMillis: CONNECT_MS,
  });
}

// application_name holds 63 bytes of ASCII.
function shortHostname(): string {
  return hostname()
    .replaceAll(/[^A-Za-z0-9.-]/g, '')
    .slice(0, 32);
}
