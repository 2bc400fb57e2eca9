import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError, codeOf } from './failure.js';

/** The operating system account PostgreSQL runs as. `dropped` is true when we are root and step down to it. */
export interface ServerAccount {
  uid: number;
  gid: number;
  dropped: boolean;
}

/**
 * Chooses the account for a cluster folder: our own, or as root the owner of the cluster, or `nobody` for a new
 * one. PostgreSQL refuses to run as root and initdb needs an account that is listed in /etc/passwd.
 */
export function serverAccount(cluster: string): ServerAccount {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (uid !== 0) {
    if (owner && owner.uid !== uid) {
      throw new EmbeddedPostgresError(
        `The database in ${cluster} belongs to user id ${owner.uid}, and this process runs as ${uid}. ` +
          'Run Rollcall as that user (or as root), or choose another ROLLCALL_DATA_DIR.',
      );
    }
    return { uid, gid, dropped: false };
  }
  if (owner) {
    if (owner.uid === 0) {
      throw new EmbeddedPostgresError(
        `The database in ${cluster} belongs to root, and PostgreSQL refuses to run as root. ` +
          `Give it to an ordinary user, for example: chown -R nobody ${cluster}`,
      );
    }
    return { uid: owner.uid, gid: owner.gid, dropped: true };
  }
  return { ...unprivilegedAccount(), dropped: true };
}

function unprivilegedAccount(): { uid: number; gid: number } {
  const accounts = new Map<string, { uid: number; gid: number }>();
  for (const line of readPasswd().split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && Number(uid) > 0 && Number(gid) > 0)
      accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  const account = accounts.get('nobody') ?? accounts.get('daemon');
  if (!account) {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root, and /etc/passwd lists neither "nobody" nor "daemon" to run it as. ' +
        'Run Rollcall as an ordinary user, or set DATABASE_URL.',
    );
  }
  return account;
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Whether the account may walk down to a folder and read it, by the permission bits of the folder and of every
 * folder above it (root's home is 0700 on most systems). False for a folder that does not exist.
 */
export function canReach(folder: string, account: ServerAccount): boolean {
  if (!account.dropped) return true;
  for (let path = folder; ; path = dirname(path)) {
    const entry = statSync(path, { throwIfNoEntry: false });
    if (!entry) return false;
    const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0;
    if (((entry.mode >> shift) & 1) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** The spawn options that make a child run as the account. */
export function runAs(account: ServerAccount): { uid?: number; gid?: number } {
  return account.dropped ? { uid: account.uid, gid: account.gid } : {};
}
