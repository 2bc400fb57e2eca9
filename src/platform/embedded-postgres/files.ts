import { createHash } from 'node:crypto';
import { chmodSync, lchownSync, existsSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerAccount, canReach, serverAccount } from './account.js';
import { EmbeddedPostgresError } from './failure.js';

// sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero.
const SOCKET_PATH_LIMIT = (process.platform === 'linux' ? 107 : 103) - '/.s.PGSQL.5432'.length;
// Other characters would need quoting in PostgreSQL's list of socket folders.
const PLAIN_PATH = /^[A-Za-z0-9/._-]+$/;

/** Where the parts of one embedded PostgreSQL are. */
export interface ServerFiles {
  /** The Rollcall data folder, absolute, links resolved. */
  dataDir: string;
  /** The PostgreSQL cluster: `<dataDir>/data`. It exists after initialization. */
  cluster: string;
  /** The private folder of the UNIX socket. */
  socketDir: string;
  /** Names this data folder in the titles of all its PostgreSQL processes. */
  clusterName: string;
  account: ServerAccount;
  /**
   * True when the account cannot walk down to the data folder (it is below root's 0700 home). PostgreSQL then gets
   * the cluster as an open descriptor, `/proc/self/fd/3`, so the data still stand where the user wants them.
   */
  viaDescriptor: boolean;
}

/** Creates the data folder where it is missing and decides where everything goes. */
export function serverFiles(wanted: string): ServerFiles {
  const asRoot = process.getuid?.() === 0;
  // Root's folder can be walked through, not listed: the unprivileged server has to get to its cluster.
  if (mkdirSync(wanted, { recursive: true }) !== undefined) chmodSync(wanted, asRoot ? 0o711 : 0o700);
  const dataDir = realpathSync(wanted);
  const cluster = join(dataDir, 'data');
  const account = serverAccount(cluster);
  const reachable = canReach(dataDir, account);
  if (!reachable && !existsSync('/proc/self/fd')) {
    throw new EmbeddedPostgresError(
      `PostgreSQL runs as user id ${account.uid} when Rollcall runs as root, and that user cannot reach ${dataDir}. ` +
        'Choose a ROLLCALL_DATA_DIR outside of private folders, or run Rollcall as an ordinary user.',
    );
  }
  const clusterName = clusterNameOf(dataDir);
  return {
    dataDir,
    cluster,
    socketDir: chooseSocketDir(dataDir, clusterName, account),
    clusterName,
    account,
    viaDescriptor: !reachable,
  };
}

/** The name that marks the PostgreSQL processes of a data folder (absolute, links resolved). */
export function clusterNameOf(dataDir: string): string {
  return `rollcall-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
}

// The path of a socket is short by law of the system: a long data folder has its socket in the folder for
// temporary files. PostgreSQL touches its socket every hour, so cleaners of old files leave it alone.
function chooseSocketDir(dataDir: string, clusterName: string, account: ServerAccount): string {
  const candidates = [
    { parent: dataDir, path: join(dataDir, 'run') },
    { parent: tmpdir(), path: join(tmpdir(), clusterName) },
    { parent: '/tmp', path: join('/tmp', clusterName) },
  ];
  const fitting = candidates.find(
    ({ parent, path }) =>
      Buffer.byteLength(path) <= SOCKET_PATH_LIMIT && PLAIN_PATH.test(path) && canReach(parent, account),
  );
  if (!fitting) {
    throw new EmbeddedPostgresError(
      `Found no folder for the UNIX socket of PostgreSQL that user id ${account.uid} can reach ` +
        `(tried ${candidates.map(({ path }) => path).join(', ')}). Set TMPDIR to a short path that it can reach.`,
    );
  }
  return fitting.path;
}

/** Makes the socket folder, for the account alone. A folder that somebody else made is refused. */
export function makeSocketDir({ socketDir, account }: ServerFiles): void {
  if (!lstatSync(socketDir, { throwIfNoEntry: false })) makePrivateFolder(socketDir, account);
  const found = lstatSync(socketDir);
  if (!found.isDirectory() || found.uid !== account.uid || (found.mode & 0o077) !== 0) {
    throw new EmbeddedPostgresError(
      `${socketDir} is not a private folder of user id ${account.uid}, so it is not used for the socket. Remove it.`,
    );
  }
}

/** Removes a socket folder that is not part of the data folder. */
export function removeSocketDir({ socketDir, dataDir }: ServerFiles): void {
  if (!socketDir.startsWith(`${dataDir}/`)) rmSync(socketDir, { recursive: true, force: true });
}

/** Creates a folder that belongs to the account and that nobody else may enter. */
export function makePrivateFolder(path: string, account: ServerAccount): void {
  mkdirSync(path, { mode: 0o700 });
  if (account.dropped) lchownSync(path, account.uid, account.gid);
}
