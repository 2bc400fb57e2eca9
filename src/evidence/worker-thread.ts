import { Worker } from 'node:worker_threads';
import { OptionError } from './reasons.js';
import type { ExaminedAttestation } from './verify-file.js';
import type { WorkerAnswer, WorkerRequest } from './verify-worker.js';

const START_LIMIT_MS = 30_000;

// Run from TypeScript sources (tests, development), Node strips the types itself but takes the `.js` of an
// import literally; a compiled build has the `.js` files and needs none of this.
const FROM_SOURCES = import.meta.url.endsWith('.ts');
const RESOLVE_SOURCES = `
import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    const ours = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return next(ours ? specifier.replace(/\\.js$/, '.ts') : specifier, context);
  },
});`;

/** Starts a worker and waits until it has loaded its code. Rejects when it cannot start. */
export function startWorker(memoryMb: number): Promise<Worker> {
  const script = new URL(FROM_SOURCES ? './verify-worker.ts' : './verify-worker.js', import.meta.url);
  const worker = new Worker(script, {
    execArgv: FROM_SOURCES ? ['--import', `data:text/javascript,${encodeURIComponent(RESOLVE_SOURCES)}`] : [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  });
  // A worker that runs out of memory reports 'error' before 'exit'; without a listener it ends the process.
  worker.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown): void => {
      clearTimeout(timer);
      void worker.terminate();
      reject(new Error('The verification worker cannot start', { cause }));
    };
    const timer = setTimeout(fail, START_LIMIT_MS);
    worker.once('error', fail);
    worker.once('exit', fail);
    worker.once('message', () => {
      clearTimeout(timer);
      worker.off('error', fail);
      worker.off('exit', fail);
      resolve(worker);
    });
  });
}

/** How a conversation about one file ended. */
export type Ending = 'done' | 'timeout' | 'crash' | OptionError;

export interface Conversation {
  /** Longest wait for the next answer, and for the whole conversation, in milliseconds. */
  answerLimitMs: number;
  totalLimitMs: number;
  onOpened(fallbacks: ExaminedAttestation[]): void;
  onItem(examined: ExaminedAttestation): void;
}

/** Sends one file to a worker and listens. Only after `done` or an `OptionError` may the worker be used again. */
export function converse(worker: Worker, request: WorkerRequest, talk: Conversation): Promise<Ending> {
  return new Promise((resolve) => {
    const finish = (ending: Ending): void => {
      clearTimeout(answerTimer);
      clearTimeout(totalTimer);
      worker.off('message', onMessage);
      worker.off('exit', onExit);
      resolve(ending);
    };
    const onExit = (): void => finish('crash');
    const onMessage = (answer: WorkerAnswer): void => {
      answerTimer.refresh();
      if (answer.kind === 'opened') talk.onOpened(answer.fallbacks);
      if (answer.kind === 'item') talk.onItem(answer.examined);
      if (answer.kind === 'done') finish('done');
      if (answer.kind === 'option-error') finish(new OptionError(answer.code, answer.message));
    };
    const answerTimer = setTimeout(() => finish('timeout'), talk.answerLimitMs);
    const totalTimer = setTimeout(() => finish('timeout'), talk.totalLimitMs);
    worker.on('message', onMessage);
    worker.once('exit', onExit);
    worker.postMessage(request);
  });
}
