import type { ReadStream } from 'node:tty';
import { CliFailure } from './failure.js';
import type { Io } from './io.js';

/** Asks for a secret on a terminal; what is typed is not shown. */
export function askSecret(io: Io, question: string): Promise<string> {
  const input = io.stdin() as ReadStream;
  io.err(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (): void => {
      input.setRawMode(false);
      input.pause();
      input.off('data', read);
      io.err('\n');
    };
    const read = (text: string): void => {
      for (const char of text) {
        if (char === '\r' || char === '\n' || char === '\u0004') {
          finish();
          return resolve(typed);
        }
        if (char === '\u0003') {
          finish();
          return reject(new CliFailure('INTERRUPTED', 'interrupted'));
        }
        typed = char === '\u007f' || char === '\b' ? typed.slice(0, -1) : typed + char;
      }
    };
    input.on('data', read);
    input.resume();
  });
}
