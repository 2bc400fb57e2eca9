import type { Readable } from 'node:stream';

/** What a command may touch of the process it runs in. Tests bring their own. */
export interface Io {
  env: Record<string, string | undefined>;
  cwd: string;
  stdin: () => Readable & { isTTY?: boolean };
  /** Data. */
  out: (text: string) => void;
  /** Bytes of a file, unchanged. */
  outBytes: (bytes: Uint8Array) => void;
  /** Everything else. */
  err: (text: string) => void;
  outIsTerminal: boolean;
  errIsTerminal: boolean;
  /** Width of the terminal in columns. */
  columns: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** The real process. A reader that goes away (`| head`) ends the command quietly. */
export function processIo(): Io {
  const { stdout, stderr } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: () => process.stdin,
    out: (text) => void stdout.write(text),
    outBytes: (bytes) => void stdout.write(bytes),
    err: (text) => void stderr.write(text),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    columns: stdout.columns || Number(process.env['COLUMNS']) || 80,
    now: Date.now,
  };
}

/** CI jobs and dumb terminals get no spinner and no prompt. */
export const isInteractive = (io: Io): boolean =>
  io.errIsTerminal && !io.env['CI'] && io.env['TERM'] !== 'dumb';

/** Everything on standard input, at most `limit` bytes. */
export async function readStdin(io: Io, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of io.stdin()) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    size += bytes.length;
    if (size > limit) throw new Error(`standard input is larger than ${limit} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
