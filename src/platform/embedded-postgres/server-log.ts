import {
  closeSync,
  constants,
  copyFileSync,
  fchownSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { type ServerAccount } from './account.js';
import { messageOf } from './failure.js';

const MAX_BYTES = 10 * 1024 * 1024;
const CHECK_INTERVAL_MS = 60_000;
const TAIL_BYTES = 4_000;

/** The file PostgreSQL writes its messages to. It holds at most about 10 MB; the 10 MB before that are in `.1`. */
export class ServerLog {
  private readonly timer: NodeJS.Timeout;

  constructor(
    readonly path: string,
    account: ServerAccount,
    private readonly note: (line: string) => void,
  ) {
    const file = this.open();
    if (account.dropped) fchownSync(file, account.uid, account.gid);
    closeSync(file);
    this.rotate();
    this.timer = setInterval(() => this.rotate(), CHECK_INTERVAL_MS).unref();
  }

  /** A descriptor for PostgreSQL to append to. The caller closes it. A symbolic link in its place is refused. */
  open(): number {
    return openSync(
      this.path,
      constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
      0o600,
    );
  }

  /** The length of the file now, in bytes. */
  size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** What was written after the first `start` bytes, at most the last 4 kB of it. */
  since(start: number): string {
    const end = this.size();
    const from = Math.max(start, end - TAIL_BYTES);
    if (end <= from) return '';
    const buffer = Buffer.alloc(end - from);
    const file = this.open();
    try {
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, from)).trim();
    } finally {
      closeSync(file);
    }
  }

  /** Ends the size checks. */
  close(): void {
    clearInterval(this.timer);
  }

  // PostgreSQL keeps its descriptor, so the file is copied and emptied, not renamed.
  private rotate(): void {
    if (this.size() <= MAX_BYTES) return;
    try {
      const previous = `${this.path}.1`;
      rmSync(previous, { force: true });
      copyFileSync(this.path, previous, constants.COPYFILE_EXCL);
    } catch (error) {
      this.note(`could not keep the old PostgreSQL log, it is emptied: ${messageOf(error)}`);
    }
    try {
      const file = this.open();
      ftruncateSync(file, 0);
      closeSync(file);
    } catch (error) {
      this.note(`could not empty the PostgreSQL log ${this.path}: ${messageOf(error)}`);
    }
  }
}
