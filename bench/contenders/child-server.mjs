import { spawn } from 'node:child_process';

const START_TIMEOUT_MS = 30_000;

/** Starts a server process with Node and waits until it prints where it listens: `http://…:PORT`. */
export async function startServer(args, env = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output = (output + chunk).slice(-8_000);
      const found = /http:\/\/[\w.]+:(\d+)\S*\s/.exec(output);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`a server ended with ${code}:\n${output}`)));
    setTimeout(() => reject(new Error(`a server did not start:\n${output}`)), START_TIMEOUT_MS).unref();
  });
  return {
    port,
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
