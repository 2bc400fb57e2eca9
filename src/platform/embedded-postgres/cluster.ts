import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { runAs } from './account.js';
import { type Binaries, checkBinaries } from './binaries.js';
import { EmbeddedPostgresError, codeOf } from './failure.js';
import { type ServerFiles, makePrivateFolder } from './files.js';
import { hasEnded } from './process.js';

/** How a child is told its data folder: the path, or descriptor 3. Close `descriptor` after the spawn. */
export function dataFolderFor(
  files: ServerFiles,
  folder: string,
): { path: string; descriptor: number | null } {
  if (!files.viaDescriptor) return { path: folder, descriptor: null };
  return { path: '/proc/self/fd/3', descriptor: openSync(folder, 'r') };
}

/**
 * Makes the cluster when there is none. It is built in a sibling folder and renamed when it is complete and on
 * disk, so an interrupted first start leaves nothing behind that a later one would take for a database.
 *
 * @param durable false leaves the files in the page cache (tests)
 * @throws EmbeddedPostgresError for a cluster of another PostgreSQL major version, or with initdb's own words
 */
export async function prepareCluster(
  files: ServerFiles,
  binaries: Binaries,
  durable: boolean,
): Promise<void> {
  await removeAbandoned(files);
  if (existsSync(files.cluster)) return checkVersion(files.cluster, binaries);
  await checkBinaries(binaries, files.account);

  const fresh = join(files.dataDir, `data.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  makePrivateFolder(fresh, files.account);
  try {
    await initdb(files, binaries, fresh, durable);
    if (durable) syncFolder(fresh);
    await rename(fresh, files.cluster);
    if (durable) syncFolder(files.dataDir);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process that starts at the same time has made the cluster.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
}

async function initdb(
  files: ServerFiles,
  binaries: Binaries,
  folder: string,
  durable: boolean,
): Promise<void> {
  const { path, descriptor } = dataFolderFor(files, folder);
  const linux = process.platform === 'linux';
  const args = ['-D', path, '-U', 'rollcall', '-A', 'trust', '-E', 'UTF8', '-N'];
  // PostgreSQL's own C.UTF-8 sorts alike on every system and survives upgrades of the C library; macOS has none.
  args.push(
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    `--locale=${linux ? 'C.UTF-8' : 'en_US.UTF-8'}`,
  );
  await runInitdb(files, binaries, args, descriptor);
  if (!durable) return;
  // -N spares a sync for every file as it is written; this one pass makes all of them durable.
  const again = dataFolderFor(files, folder);
  const method = linux ? ['--sync-method=syncfs'] : [];
  await runInitdb(files, binaries, ['-D', again.path, '--sync-only', ...method], again.descriptor);
}

async function runInitdb(
  files: ServerFiles,
  binaries: Binaries,
  args: string[],
  descriptor: number | null,
): Promise<void> {
  const child = spawn(binaries.initdb, args, {
    ...runAs(files.account),
    env: {},
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', descriptor ?? 'ignore'],
  });
  if (descriptor !== null) closeSync(descriptor);
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `exit ${signal ?? code}`));
  });
  const [problem, , stderr] = await Promise.all([ended, text(child.stdout!), text(child.stderr!)]);
  if (problem !== null) {
    throw new EmbeddedPostgresError(
      `Could not create the database in ${files.cluster} (${problem}):\n${stderr.trim()}`,
    );
  }
}

function checkVersion(cluster: string, binaries: Binaries): void {
  const file = join(cluster, 'PG_VERSION');
  if (!existsSync(file)) {
    throw new EmbeddedPostgresError(
      `${cluster} exists and is not a PostgreSQL database (it has no PG_VERSION). Move it away, or choose another ` +
        'ROLLCALL_DATA_DIR.',
    );
  }
  const version = readFileSync(file, 'utf8').trim();
  if (version !== binaries.major) {
    throw new EmbeddedPostgresError(
      `The database in ${cluster} was made by PostgreSQL ${version}; this Rollcall brings PostgreSQL ` +
        `${binaries.major}. Move the data with pg_dump and pg_restore (or pg_upgrade), or set DATABASE_URL to a ` +
        `PostgreSQL ${version} that serves it.`,
    );
  }
}

/** Removes half-made clusters of processes that are gone. */
async function removeAbandoned(files: ServerFiles): Promise<void> {
  for (const name of readdirSync(files.dataDir)) {
    const pid = Number(/^data\.new-(\d+)-[0-9a-f]+$/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid)) continue;
    const folder = join(files.dataDir, name);
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (made === undefined) continue;
    // In a container the process before us often had our own id.
    const abandoned = pid === process.pid ? made < performance.timeOrigin : hasEnded(pid);
    if (abandoned) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
