import { readFileSync, statSync } from 'node:fs';
import { CliFailure, usage, isFailure } from './failure.js';

/** Larger than the server takes by default; a file beyond it is not read into memory. */
const LIMIT = 64 * 1024 * 1024;

/** The bytes of a file. FILE_NOT_FOUND when there is none; USAGE when it cannot be read or is too large. */
export function readInput(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > LIMIT) throw usage(`${path} is larger than ${LIMIT} bytes`);
    return readFileSync(path);
  } catch (cause) {
    if (isFailure(cause)) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CliFailure('FILE_NOT_FOUND', `no file ${path}`, { cause });
    throw new CliFailure('USAGE', `${path} cannot be read: ${message}`, { cause });
  }
}
