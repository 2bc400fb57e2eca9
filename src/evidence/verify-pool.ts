import { createHash } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import { OptionError, REASONS, type ReasonCode } from './reasons.js';
import type { ExaminedAttestation, VerifyOptions } from './verify-file.js';
import { converse, startWorker } from './worker-thread.js';

export interface VerifyPoolOptions {
  /** Threads, started when first needed; default 1. */
  workers?: number;
  /** Time for one attestation, in milliseconds; default 2000. */
  itemLimitMs?: number;
  /** Time for a whole file, in milliseconds; default 30 000. What is left then is unverified. */
  fileLimitMs?: number;
  /** Heap of one thread, in MiB; default 256. */
  memoryMb?: number;
  /** Files that may wait; default 64. */
  queueLimit?: number;
}

/** The pool does not take the file: QUEUE_FULL (try again later) or CLOSED. */
export class PoolError extends Error {
  readonly code: 'QUEUE_FULL' | 'CLOSED';

  constructor(code: 'QUEUE_FULL' | 'CLOSED') {
    super(code === 'CLOSED' ? 'The verification pool is closed.' : 'Too many files wait for verification.');
    this.name = 'PoolError';
    this.code = code;
  }
}

interface Job {
  bytes: Uint8Array;
  options: VerifyOptions;
  resolve(results: ExaminedAttestation[]): void;
  reject(error: unknown): void;
}

/** One thread (null before the first file and after it was killed) and its work on the queue (null: idle). */
interface Lane {
  worker: Worker | null;
  work: Promise<void> | null;
}

/**
 * Verifies files on worker threads, so that neither the size nor the content of an attestation holds up the
 * caller's event loop. An attestation that takes too long or exhausts the memory is UNVERIFIED with a
 * reason; its thread is replaced and the rest of the file goes on.
 */
export class VerifyPool {
  readonly #limits: Required<VerifyPoolOptions>;
  readonly #lanes: Lane[];
  readonly #queue: Job[] = [];
  #closed = false;

  constructor(options: VerifyPoolOptions = {}) {
    this.#limits = {
      workers: 1,
      itemLimitMs: 2000,
      fileLimitMs: 30_000,
      memoryMb: 256,
      queueLimit: 64,
      ...options,
    };
    this.#lanes = Array.from({ length: this.#limits.workers }, () => ({ worker: null, work: null }));
  }

  /** As `verifyFile`, with what the store keeps. Rejects with `OptionError` or `PoolError`. */
  verifyFile(bytes: Uint8Array, options: VerifyOptions = {}): Promise<ExaminedAttestation[]> {
    if (this.#closed) return Promise.reject(new PoolError('CLOSED'));
    const idle = this.#lanes.find((lane) => lane.work === null);
    if (idle === undefined && this.#queue.length >= this.#limits.queueLimit) {
      return Promise.reject(new PoolError('QUEUE_FULL'));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ bytes, options, resolve, reject });
      if (idle !== undefined) idle.work = this.#work(idle);
    });
  }

  /** Refuses what waits, stops the threads, and resolves when they have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(new PoolError('CLOSED'));
    await Promise.all(this.#lanes.flatMap(({ worker, work }) => [worker?.terminate(), work]));
  }

  async #work(lane: Lane): Promise<void> {
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      await this.#examine(lane, job).then(job.resolve, job.reject);
    }
    lane.work = null;
    // An idle thread must not keep a finished command alive.
    lane.worker?.unref();
  }

  async #examine(lane: Lane, { bytes, options }: Job): Promise<ExaminedAttestation[]> {
    const { itemLimitMs, fileLimitMs } = this.#limits;
    const results: ExaminedAttestation[] = [];
    let fallbacks: ExaminedAttestation[] | null = null;
    let worker = await this.#ready(lane);
    const deadline = Date.now() + fileLimitMs;
    for (;;) {
      const request = { bytes, options, from: results.length };
      const ending = await converse(worker, request, {
        answerLimitMs: itemLimitMs,
        totalLimitMs: Math.max(1, deadline - Date.now()),
        onOpened: (opened) => (fallbacks = opened),
        onItem: (examined) => results.push(examined),
      });
      if (ending === 'done') return results;
      if (ending instanceof OptionError) throw ending;
      lane.worker = null;
      await worker.terminate();
      if (this.#closed) throw new PoolError('CLOSED');
      const reason = ending === 'timeout' ? 'VERIFICATION_TIMEOUT' : 'VERIFIER_CRASHED';
      if (fallbacks === null) return [unread(bytes, options, reason)];
      const rest: ExaminedAttestation[] = (fallbacks as ExaminedAttestation[]).slice(results.length);
      if (rest.length <= 1 || Date.now() >= deadline) {
        return [...results, ...rest.map((each) => withReason(each, reason))];
      }
      results.push(withReason(rest[0]!, reason));
      worker = await this.#ready(lane);
    }
  }

  async #ready(lane: Lane): Promise<Worker> {
    if (lane.worker === null) {
      const worker = await startWorker(this.#limits.memoryMb);
      if (this.#closed) {
        await worker.terminate();
        throw new PoolError('CLOSED');
      }
      worker.once('exit', () => {
        if (lane.worker === worker) lane.worker = null;
      });
      lane.worker = worker;
    }
    lane.worker.ref();
    return lane.worker;
  }
}

function withReason(examined: ExaminedAttestation, reason: ReasonCode): ExaminedAttestation {
  return { ...examined, item: { ...examined.item, verdict: REASONS[reason].verdict, reason } };
}

/** The outcome for a file that could not even be read within the limits. */
function unread(bytes: Uint8Array, options: VerifyOptions, reason: ReasonCode): ExaminedAttestation {
  return {
    item: {
      index: 0,
      format: 'unknown',
      verdict: REASONS[reason].verdict,
      reason,
      policy: options.identity === undefined ? 'NONE' : 'NOT_SATISFIED',
      predicateType: null,
      subjects: null,
      signer: null,
      buildRun: null,
      mismatches: null,
    },
    start: 0,
    end: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    signedAt: [],
    trustedRoot: null,
  };
}
