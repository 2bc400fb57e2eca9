import { Readable } from 'node:stream';
import { main } from '../../src/cli/main.js';
import type { Io } from '../../src/cli/io.js';

export interface Ran {
  exit: number;
  out: string;
  err: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  stdin?: string;
  terminal?: boolean;
  columns?: number;
  now?: number;
}

/** An Io that keeps what is written. */
export function recordingIo(options: RunOptions = {}): { io: Io; ran: () => { out: string; err: string } } {
  let out = '';
  let err = '';
  const io: Io = {
    env: { ROLLCALL_CONFIG_DIR: '/nonexistent/rollcall', ...options.env },
    cwd: options.cwd ?? '/',
    stdin: () => Readable.from([Buffer.from(options.stdin ?? '')]),
    out: (text) => void (out += text),
    outBytes: (bytes) => void (out += Buffer.from(bytes).toString('latin1')),
    err: (text) => void (err += text),
    outIsTerminal: options.terminal ?? false,
    errIsTerminal: false,
    columns: options.columns ?? 80,
    now: () => options.now ?? Date.parse('2026-11-21T09:00:00Z'),
  };
  return { io, ran: () => ({ out, err }) };
}

/** Runs one command line in this process. */
export async function runMain(argv: string[], options: RunOptions = {}): Promise<Ran> {
  const { io, ran } = recordingIo(options);
  const exit = await main(argv, io);
  return { exit, ...ran() };
}
