import type { Readable } from 'node:stream';

export interface Line {
  /** From 1; blank lines count but are not given. */
  number: number;
  text: string;
  /** True for a line over the limit: its text is empty. */
  tooLong: boolean;
}

const LINE_LIMIT = 65_536;
const WAITING_LIMIT = 10_000;

/**
 * The lines of a stream in groups of at most `size`. A group is what came while the one before was worked on: a slow
 * stream is answered line by line, a fast one in full groups. Reading pauses while too much waits.
 */
export async function* lineGroups(stream: Readable, size: number): AsyncGenerator<Line[]> {
  const waiting: Line[] = [];
  let rest = '';
  let dropped = false;
  let number = 0;
  let ended = false;
  let failure: Error | null = null;
  let wake: () => void = () => undefined;
  const add = (text: string): void => {
    number += 1;
    if (dropped || text.length > LINE_LIMIT) waiting.push({ number, text: '', tooLong: true });
    else if (text.trim() !== '') waiting.push({ number, text, tooLong: false });
    dropped = false;
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(add);
    if (rest.length > LINE_LIMIT) {
      rest = '';
      dropped = true;
    }
    if (waiting.length > WAITING_LIMIT) stream.pause();
    wake();
  });
  stream.on('end', () => {
    if (rest !== '' || dropped) add(rest);
    ended = true;
    wake();
  });
  stream.on('error', (error) => {
    failure = error;
    wake();
  });
  for (;;) {
    if (failure) throw failure;
    if (waiting.length > 0) yield waiting.splice(0, size);
    else if (ended) return;
    else {
      stream.resume();
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}
