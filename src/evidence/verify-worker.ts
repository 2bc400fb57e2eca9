import { parentPort } from 'node:worker_threads';
import { OptionError, type OptionErrorCode } from './reasons.js';
import { openFile, type ExaminedAttestation, type VerifyOptions } from './verify-file.js';

/** What the pool asks of a worker: the items of a file from index `from` on. */
export interface WorkerRequest {
  bytes: Uint8Array;
  options: VerifyOptions;
  from: number;
}

/**
 * What a worker answers. `opened` holds, for every item of the file, the outcome to use if the worker does
 * not live to verify it; then one `item` each, in order; then `done`.
 */
export type WorkerAnswer =
  | { kind: 'ready' }
  | { kind: 'opened'; fallbacks: ExaminedAttestation[] }
  | { kind: 'item'; examined: ExaminedAttestation }
  | { kind: 'done' }
  | { kind: 'option-error'; code: OptionErrorCode; message: string };

const port = parentPort;
if (port === null) throw new Error('verify-worker runs only as a worker thread');

const answer = (message: WorkerAnswer): void => port.postMessage(message);

port.on('message', ({ bytes, options, from }: WorkerRequest) => {
  try {
    const pending = openFile(bytes, options);
    answer({ kind: 'opened', fallbacks: pending.map((each) => each.giveUp('VERIFICATION_TIMEOUT')) });
    for (const each of pending.slice(from)) answer({ kind: 'item', examined: each.verify() });
    answer({ kind: 'done' });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    answer({ kind: 'option-error', code: error.code, message: error.message });
  }
});

answer({ kind: 'ready' });
