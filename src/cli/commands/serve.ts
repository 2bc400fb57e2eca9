import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineCommand } from '../command.js';
import { CliFailure } from '../failure.js';

const isNewEnough = (): boolean => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 22);
};

/** The runtime of the npm package `node`, installed beside Rollcall; null = it is not there. */
function bundledNode(): string | null {
  const places = [
    '../../node_modules/node/bin/node',
    '../../node_modules/.bin/node',
    '../../../node/bin/node',
  ];
  return (
    places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path)) ??
    null
  );
}

/**
 * Runs this very command with another runtime; signals and the exit code go through. It stands outside of our process
 * group: else Ctrl-C would reach it twice, from the terminal and from us, and the second signal ends it without a drain.
 */
function runWith(node: string): Promise<number> {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', detached: true });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.removeAllListeners('SIGINT');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** Errors whose message already says what is wrong and what to do. */
const EXPLAINED = ['ConfigError', 'DataFolderInUse', 'EmbeddedPostgresError', 'SchemaError'];

/** What keeps a server from starting, in a sentence; anything else stays as it is. */
function asFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, address, port } = error as Error & { code?: string; address?: string; port?: number };
  if (EXPLAINED.includes(error.name)) return new CliFailure('CANNOT_START', error.message, { cause: error });
  if (code === 'EADDRINUSE')
    return new CliFailure('CANNOT_START', `${address}:${port} is taken by another program`, {
      hint: 'stop it, or choose another ROLLCALL_PORT',
    });
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return new CliFailure('CANNOT_START', `cannot listen: ${error.message}`, {
      hint: 'choose another ROLLCALL_HOST or ROLLCALL_PORT',
    });
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || /^(28|3D)/.test(code ?? ''))
    return new CliFailure('CANNOT_START', `PostgreSQL cannot be used: ${error.message}`, {
      hint: 'check DATABASE_URL: host, port, user, password and database',
    });
  return error;
}

export const command = defineCommand({
  about: 'Run the server',
  details: `Settings are environment variables, see the configuration page. Without DATABASE_URL an embedded PostgreSQL is used.
The first start creates a token and stores it as a context, so that the other commands work at once.`,
  options: {
    'new-admin-token': {
      type: 'boolean',
      about: 'make a further admin token, when the first is lost',
      here: true,
    },
  },
  async run({ flags }) {
    if (!isNewEnough()) {
      const node = bundledNode();
      if (node !== null) return runWith(node);
      throw new CliFailure('USAGE', `the server needs Node.js 22.22 or newer; this is ${process.version}`, {
        hint: 'install a newer Node.js, or `npm install node@24` beside Rollcall',
      });
    }
    // The server drains on signals itself; the command line's own answer would cut it short.
    process.removeAllListeners('SIGINT');
    const { runServer } = await import('../../main.js');
    await runServer({ newAdminToken: flags['new-admin-token'] }).catch((error: unknown) => {
      throw asFailure(error);
    });
  },
});
