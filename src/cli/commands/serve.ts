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

export const command = defineCommand({
  about: 'Run the server',
  details: `Settings are environment variables, see the configuration page. Without DATABASE_URL an embedded PostgreSQL is used.
The first start creates a token and stores it as a context, so that the other commands work at once.`,
  options: {},
  async run() {
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
    await runServer();
  },
});
