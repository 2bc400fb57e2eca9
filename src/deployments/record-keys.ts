import {
  claimKeys,
  hashRequest,
  keyReused,
  releaseKeys,
  RollcallError,
  storeAnswers,
  type KeyedCall,
  type Tx,
} from '../platform/index.js';
import type { RecordOutcome } from './deployment.js';
import { findRecords } from './deployments.store.js';
import type { RecordRequest } from './record-request.js';
import type { RecordAnswer } from './record-writes.js';

const keyedCall = (request: RecordRequest): KeyedCall => {
  const { requestId: _, idempotencyKey, ...content } = request;
  return {
    organizationId: request.organizationId,
    principalId: request.principalId,
    key: idempotencyKey as string,
    requestHash: hashRequest('recordDeployment', content),
  };
};

/** Claims the keys of a batch; answers what was answered before, and refusals for keys of other calls. */
export async function claimRecordKeys(
  tx: Tx,
  requests: RecordRequest[],
): Promise<Map<RecordRequest, RecordAnswer | RollcallError>> {
  const replays = new Map<RecordRequest, RecordAnswer | RollcallError>();
  if (requests.length === 0) return replays;
  const claims = await claimKeys(tx, requests.map(keyedCall));
  for (const [i, request] of requests.entries()) {
    const claimed = claims[i];
    if (!claimed) continue;
    if ('reused' in claimed) replays.set(request, keyReused());
    else {
      const stored = claimed.replay as { outcome: RecordOutcome; recordId: string | null };
      const [record] = stored.recordId
        ? await findRecords(tx, request.organizationId, [stored.recordId])
        : [];
      replays.set(request, { outcome: stored.outcome, record: record ?? null });
    }
  }
  return replays;
}

/** Keeps the answers; a refusal gives its key back, so that the caller may mend the cause and repeat. */
export async function keepAnswers(
  tx: Tx,
  requests: RecordRequest[],
  answers: Map<RecordRequest, RecordAnswer | RollcallError>,
): Promise<void> {
  const refused = requests.filter((request) => answers.get(request) instanceof RollcallError);
  const kept = requests.filter((request) => !(answers.get(request) instanceof RollcallError));
  if (refused.length > 0) await releaseKeys(tx, refused.map(keyedCall));
  if (kept.length === 0) return;
  await storeAnswers(
    tx,
    kept.map(keyedCall),
    kept.map((request) => {
      const answer = answers.get(request) as RecordAnswer;
      return { outcome: answer.outcome, recordId: answer.record?.id ?? null };
    }),
  );
}
