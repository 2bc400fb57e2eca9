import { spawn } from 'node:child_process';
import { closeSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAs } from './account.js';
import { type Binaries } from './binaries.js';
import { dataFolderFor } from './cluster.js';
import { EmbeddedPostgresError, codeOf } from './failure.js';
import { type ServerFiles, makeSocketDir } from './files.js';
import { hasEnded, isAlive, isPostgres, signal, titleOf } from './process.js';
import { type ServerLog } from './server-log.js';

const POLL_MS = 5;
const STILL_STARTING_NOTE_MS = 10_000;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/** The running server of a cluster. `command` is how it was started, as PostgreSQL wrote it down. */
export interface Postmaster {
  pid: number;
  socketDir: string;
  command: string;
}

/** PostgreSQL ended while it was starting. `output` is what it wrote. */
export class StartFailed extends EmbeddedPostgresError {
  constructor(
    message: string,
    readonly output: string,
  ) {
    super(message);
  }
}

interface PidFile {
  pid: number;
  socketDir: string;
  status: string;
}

// Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status.
function readPidFile(cluster: string): PidFile | null {
  const lines = readIfThere(join(cluster, 'postmaster.pid')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return { pid, socketDir: lines[4]?.trim() ?? '', status: lines[7]?.trim() ?? '' };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Finds the server that runs on the cluster; null when none does.
 *
 * @throws EmbeddedPostgresError when postmaster.pid names a PostgreSQL that may or may not be the one of this folder
 */
export function runningPostmaster(cluster: string, clusterName: string): Postmaster | null {
  const file = readPidFile(cluster);
  if (!file) return null;
  const title = titleOf(file.pid);
  if (title.includes(clusterName)) {
    return {
      pid: file.pid,
      socketDir: file.socketDir,
      command: readIfThere(join(cluster, 'postmaster.opts')).trim(),
    };
  }
  if (isPostgres(title)) {
    throw new EmbeddedPostgresError(
      `${cluster}/postmaster.pid names process ${file.pid}, a PostgreSQL that this Rollcall did not start there. ` +
        `If it serves this folder (was the folder moved?), stop it: kill -INT ${file.pid}. Otherwise remove the file.`,
    );
  }
  return null;
}

/** The socket folder that the last server of the cluster wrote down; null after a clean stop. */
export function lastSocketDir(cluster: string): string | null {
  return readPidFile(cluster)?.socketDir || null;
}

/**
 * Removes the lock files of a server that is gone when their process id exists all the same: as a zombie, or as
 * another program (after a container's restart the old id is soon taken). PostgreSQL would refuse to start. Those
 * whose process is gone it replaces by itself.
 */
function removeStaleLocks({ cluster, socketDir, clusterName }: ServerFiles): void {
  for (const path of [join(cluster, 'postmaster.pid'), join(socketDir, '.s.PGSQL.5432.lock')]) {
    const pid = Number(readIfThere(path).split('\n')[0]);
    if (pid > 0 && isAlive(pid) && !titleOf(pid).includes(clusterName)) rmSync(path);
  }
}

/** The arguments of the server, and the line PostgreSQL writes down for them in postmaster.opts. */
export function serverCommand(
  files: ServerFiles,
  binaries: Binaries,
  settings: Record<string, string>,
): { args: string[]; line: string } {
  const all = {
    ...settings,
    listen_addresses: '',
    unix_socket_directories: files.socketDir,
    unix_socket_permissions: '0700',
    cluster_name: files.clusterName,
  };
  const args = ['-D', files.viaDescriptor ? '/proc/self/fd/3' : files.cluster];
  for (const [name, value] of Object.entries(all)) args.push('-c', `${name}=${value}`);
  return { args, line: [realpathSync(binaries.postgres), ...args.map((arg) => `"${arg}"`)].join(' ') };
}

/**
 * Starts the server and waits until it accepts connections; recovery after a crash may take as long as it needs.
 * It gets a session of its own, so that Ctrl-C in a terminal reaches Rollcall only, which stops it after draining.
 *
 * @returns its process id
 * @throws StartFailed with what PostgreSQL wrote
 */
export async function launchPostmaster(
  files: ServerFiles,
  binaries: Binaries,
  args: string[],
  log: ServerLog,
  note: (line: string) => void,
): Promise<number> {
  makeSocketDir(files);
  removeStaleLocks(files);
  const start = log.size();
  const output = log.open();
  const { descriptor } = dataFolderFor(files, files.cluster);
  const child = spawn(binaries.postgres, args, {
    ...runAs(files.account),
    env: {},
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output, descriptor ?? 'ignore'],
  });
  closeSync(output);
  if (descriptor !== null) closeSync(descriptor);
  child.unref();

  let ended: string | null = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, name) => (ended = `exit ${name ?? code}`));
  for (let waited = 0; ; waited += POLL_MS) {
    if (ended !== null) {
      const written = log.since(start);
      throw new StartFailed(`PostgreSQL did not start on ${files.cluster} (${ended}):\n${written}`, written);
    }
    const file = readPidFile(files.cluster);
    if (file && file.pid === child.pid && file.status === 'ready') return file.pid;
    if (waited > 0 && waited % STILL_STARTING_NOTE_MS === 0) note('PostgreSQL is still starting (recovery)');
    await sleep(POLL_MS);
  }
}

/**
 * Stops a server: a fast shutdown, which ends its sessions and writes a checkpoint; then, when it takes more than
 * 30 s, an immediate one and at last SIGKILL. Acknowledged commits survive each of them.
 */
export async function shutDown(
  pid: number,
  clusterName: string,
  note: (line: string) => void,
): Promise<void> {
  const steps = [
    { name: 'SIGINT', wait: FAST_SHUTDOWN_MS },
    { name: 'SIGQUIT', wait: IMMEDIATE_SHUTDOWN_MS },
    { name: 'SIGKILL', wait: IMMEDIATE_SHUTDOWN_MS },
  ] as const;
  for (const { name, wait } of steps) {
    if (name !== 'SIGINT') note(`PostgreSQL (pid ${pid}) does not stop, sending ${name}`);
    const title = titleOf(pid);
    if (title !== '' && !title.includes(clusterName)) return; // the id is another program's by now
    if (title !== '') signal(pid, name);
    for (const end = performance.now() + wait; performance.now() < end;) {
      if (hasEnded(pid)) return;
      await sleep(POLL_MS);
    }
  }
  throw new EmbeddedPostgresError(`PostgreSQL (pid ${pid}) does not stop.`);
}
