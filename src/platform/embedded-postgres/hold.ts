import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries } from './binaries.js';
import { DataFolderInUse, EmbeddedPostgresError } from './failure.js';
import { type ServerFiles } from './files.js';
import { type FolderLock, answers, lockFolder } from './folder-lock.js';
import {
  StartFailed,
  launchPostmaster,
  lastSocketDir,
  runningPostmaster,
  serverCommand,
  shutDown,
} from './postmaster.js';
import { backendsOf, signal } from './process.js';
import { type ServerLog } from './server-log.js';

const ATTEMPTS = 100;
const PAUSE_MS = 100;

/** What it takes to run one server. */
export interface Setup {
  files: ServerFiles;
  binaries: Binaries;
  settings: Record<string, string>;
  serverLog: ServerLog;
  note: (line: string) => void;
}

/** A running server and the lock of its data folder. */
export interface Held {
  pid: number;
  lock: FolderLock;
  /** True when the server was running already. */
  adopted: boolean;
}

/**
 * Adopts the running server of the folder, or starts one, and takes the lock of the folder.
 *
 * An orphan is adopted rather than restarted: it has nothing to recover, its caches are warm, and the same steps
 * serve when only the connection of the lock broke. One of another version or with other settings is restarted.
 *
 * @param onLost called once when the server, or the connection of the lock, breaks later
 * @throws DataFolderInUse, EmbeddedPostgresError
 */
export async function holdServer(setup: Setup, onLost: () => void): Promise<Held> {
  const { files, binaries, settings, note } = setup;
  const command = serverCommand(files, binaries, settings);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const running = runningPostmaster(files.cluster, files.clusterName);
    if (!running) {
      const held = await startServer(setup, command.args, onLost);
      if (held) return held;
    } else {
      const lock = await lockFolder(files.dataDir, files.clusterName, running, onLost);
      if (lock && running.command === command.line && lock.version === binaries.version) {
        note(`PostgreSQL (pid ${running.pid}) was still running and is taken over`);
        return { pid: running.pid, lock, adopted: true };
      }
      if (lock) {
        note(`PostgreSQL (pid ${running.pid}) runs with another version or other settings and is restarted`);
        lock.forget();
        await shutDown(running.pid, files.clusterName, note);
        await lock.release();
        continue;
      }
    }
    await sleep(PAUSE_MS);
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not stay up on ${files.cluster}; see ${setup.serverLog.path}.`,
  );
}

/** Starts a server; null when another process was faster, or remains of the last server had to be cleared first. */
async function startServer(setup: Setup, args: string[], onLost: () => void): Promise<Held | null> {
  const { files, binaries, serverLog, note } = setup;
  const lastSocket = lastSocketDir(files.cluster);
  if (lastSocket !== null && (await answers(lastSocket))) {
    throw new DataFolderInUse(
      files.dataDir,
      'a PostgreSQL that is no process of this system or container',
      null,
    );
  }
  let pid: number;
  try {
    pid = await launchPostmaster(files, binaries, args, serverLog, note);
  } catch (error) {
    if (!(error instanceof StartFailed)) throw error;
    if (error.output.includes('"postmaster.pid" already exists')) return null;
    // The postmaster was killed and sessions of it still end; without it they can only be in the way.
    if (!error.output.includes('pre-existing shared memory block')) throw error;
    const remains = backendsOf(files.clusterName);
    note(`ending ${remains.length} processes that a killed PostgreSQL left behind`);
    for (const backend of remains) signal(backend, 'SIGKILL');
    return null;
  }
  try {
    const lock = await lockFolder(
      files.dataDir,
      files.clusterName,
      { pid, socketDir: files.socketDir },
      onLost,
    );
    return lock && { pid, lock, adopted: false };
  } catch (error) {
    // Somebody else adopted our server between its start and our lock: then it is theirs.
    if (!(error instanceof DataFolderInUse)) await shutDown(pid, files.clusterName, note);
    throw error;
  }
}
