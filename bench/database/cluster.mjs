import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';
const OLDEST = 15;
const USER = 'rollcall';
const TMPFS = 0x01021994;

/** The same for every contender. Durability is PostgreSQL's default: fsync, synchronous_commit, full_page_writes on. */
export const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  maintenance_work_mem: '512MB',
  max_connections: '200',
};

/**
 * Starts a PostgreSQL of its own in a new folder: the newest one of Debian's packages from 15 on, else the embedded one.
 * `urlOf` gives the connection string of a database; `run` sends SQL; `stop` ends it and removes the folder.
 */
export async function startCluster() {
  const parent = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
  const dir = mkdtempSync(join(parent, 'rollcall-bench-'));
  const inMemory = statfsSync(dir).type === TMPFS;
  const started = (await startDebian(dir)) ?? (await startEmbedded(dir));
  const urlOf = (database) => `postgresql://${USER}@/${database}?host=${encodeURIComponent(started.host)}`;
  const run = (database, sql, values) => query(urlOf(database), sql, values);
  const [{ version }] = await run('postgres', `select current_setting('server_version') as version`);
  return {
    host: started.host,
    user: USER,
    what: `${started.what} ${version}`,
    /** Where its files are. */
    folder: dir,
    inMemory,
    urlOf,
    run,
    /** A new database that is a copy of `template`; an older one of that name goes. */
    create: async (database, template) => {
      await run('postgres', `drop database if exists ${database} with (force)`);
      await run('postgres', `create database ${database} template ${template}`);
    },
    drop: (database) => run('postgres', `drop database if exists ${database} with (force)`),
    stop: async () => {
      await started.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function query(connectionString, sql, values) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

function debianBinaries() {
  if (!existsSync(DEBIAN)) return null;
  const versions = readdirSync(DEBIAN)
    .map(Number)
    .filter((version) => version >= OLDEST);
  const newest = versions
    .sort((a, b) => b - a)
    .find((version) => existsSync(`${DEBIAN}/${version}/bin/initdb`));
  return newest === undefined ? null : `${DEBIAN}/${newest}/bin`;
}

async function startDebian(dir) {
  const bin = debianBinaries();
  if (bin === null) return null;
  const account = serverAccount();
  const data = join(dir, 'data');
  const host = join(dir, 'run');
  for (const folder of [data, host]) {
    mkdirSync(folder, { mode: 0o700 });
    if (account) chownSync(folder, account.uid, account.gid);
  }
  chmodSync(dir, 0o755);
  const options = { ...account, cwd: '/', env: { LC_ALL: 'C.UTF-8' } };
  execFileSync(`${bin}/initdb`, ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'], {
    ...options,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const settings = { ...SETTINGS, listen_addresses: '', unix_socket_directories: host };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(`${bin}/postgres`, ['-D', data, ...flags], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise((resolve, reject) => {
    let log = '';
    server.stderr.on('data', (chunk) => {
      log = (log + chunk).slice(-4_000);
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)));
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  return {
    host,
    what: 'PostgreSQL of the Debian packages,',
    stop: async () => {
      server.kill('SIGINT');
      await ended;
    },
  };
}

/** PostgreSQL refuses to run as root. */
function serverAccount() {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function startEmbedded(dir) {
  const { startEmbeddedPostgres } = await import('../../dist/src/platform/embedded-postgres.js');
  const embedded = await startEmbeddedPostgres({ dataDir: dir, settings: SETTINGS });
  return { host: embedded.connection.host, what: 'embedded PostgreSQL', stop: () => embedded.stop() };
}
