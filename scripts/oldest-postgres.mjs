// The oldest PostgreSQL that is supported, for tests: run from the system's binaries where they are installed.
import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const BINARIES = '/usr/lib/postgresql/15/bin';
const run = promisify(execFile);

/** Why it cannot be run here; null = it can. */
export const whyNotOldestPostgres = () =>
  existsSync(join(BINARIES, 'initdb')) ? null : `PostgreSQL 15 is not installed in ${BINARIES}`;

/**
 * Starts it in a temporary folder, without durability. As root it runs as `nobody`, because PostgreSQL refuses root.
 *
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export async function startOldestPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-pg15-'));
  const account = process.getuid?.() === 0 ? nobody() : {};
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const options = { cwd: '/', ...account, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' } };
  await run(
    join(BINARIES, 'initdb'),
    ['-D', data, '-U', 'rollcall', '-A', 'trust', '-E', 'UTF8', '-N'],
    options,
  );
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    synchronous_commit: 'off',
    max_connections: '300',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(BINARIES, 'postgres'), ['-D', data, ...flags], { ...options, stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const url = `postgresql://rollcall@/postgres?host=${encodeURIComponent(folder)}`;
  await answering(url);
  return {
    url,
    stop: async () => {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function nobody() {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('nobody:'));
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function answering(url) {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await sleep(50);
    }
  }
}
