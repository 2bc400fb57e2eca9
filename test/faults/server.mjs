import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { compile, removeFolder } from './compile.mjs';

const SERVE = 'const { runServer } = await import(process.argv[1]); await runServer(); process.exit();';
const START_MS = 60_000;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The real server as a process of its own, on an embedded PostgreSQL in a temporary folder. */
export class Server {
  output = '';

  /** `home` = a folder of `compile`; null = compile now, and remove it at the end. */
  static async create(home) {
    const server = new Server();
    server.ownHome = home === null;
    server.home = home ?? (await compile());
    server.folder = realpathSync(mkdtempSync(join(tmpdir(), 'rollcall-fault-')));
    chmodSync(server.folder, 0o755);
    server.dataDir = join(server.folder, 'data');
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    return server;
  }

  get pid() {
    return this.child.pid;
  }
  get lives() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts the process and answers after how many milliseconds it was ready. */
  async start() {
    const begin = performance.now();
    this.child = spawn(
      process.execPath,
      ['--input-type=module', '-e', SERVE, join(this.home, 'dist/src/main.js')],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          HOME: this.folder,
          ROLLCALL_DATA_DIR: this.dataDir,
          ROLLCALL_CONFIG_DIR: join(this.folder, 'config'),
          ROLLCALL_PORT: String(this.port),
          ROLLCALL_LOG_LEVEL: 'error',
        },
      },
    );
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.on('data', (bytes) => (this.output = (this.output + bytes).slice(-20_000)));
    await this.untilReady();
    return Math.round(performance.now() - begin);
  }

  async untilReady() {
    for (const end = performance.now() + START_MS; performance.now() < end; await sleep(20)) {
      if (!this.lives) throw new Error(`the server has ended:\n${this.output}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok && existsSync(this.contexts)) return;
    }
    throw new Error(`the server was not ready after ${START_MS} ms:\n${this.output}`);
  }

  get contexts() {
    return join(this.folder, 'config', 'contexts.json');
  }
  /** The token that the first start left for the CLI of this machine. */
  get token() {
    const { current, contexts } = JSON.parse(readFileSync(this.contexts, 'utf8'));
    return contexts[current].token;
  }

  async end(signal) {
    if (!this.lives) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  /** Sends SIGKILL to PostgreSQL and all of its processes, by pid. */
  killPostgres() {
    const postmaster = Number(
      readFileSync(join(this.dataDir, 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === postmaster);
    for (const pid of [postmaster, ...children.map(Number)]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error; // ended on its own when the others did
      }
    }
  }

  /** A connection to the database beside the server. */
  async connect() {
    const client = new pg.Client({ host: join(this.dataDir, 'run'), user: 'rollcall', database: 'rollcall' });
    client.on('error', () => {}); // ends with PostgreSQL
    await client.connect();
    return client;
  }

  /** Stops the server, which stops its PostgreSQL, and removes everything. */
  async remove() {
    if (this.child && !this.lives) await this.start(); // takes over what a killed one left running
    await this.end('SIGTERM');
    removeFolder(this.folder);
    if (this.ownHome) removeFolder(this.home);
  }
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null; // ended meanwhile
  }
}
