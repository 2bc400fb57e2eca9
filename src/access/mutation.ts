import {
  claimKeys,
  hashRequest,
  keyReused,
  releaseKeys,
  RollcallError,
  storeAnswers,
  type Database,
  type Tx,
} from '../platform/index.js';
import type { Actor } from './actor.js';

/**
 * Runs a mutation in one transaction. When the call carries an `Idempotency-Key`, a repetition gets the stored answer
 * and changes nothing; the same key with other input is refused with IDEMPOTENCY_KEY_REUSED. A refusal gives the key
 * back: one that is thrown undoes everything, one that `work` answers is thrown after the commit of what it wrote.
 * `stored` says what of the answer is kept (never a secret).
 */
export async function mutate<T>(
  db: Database,
  actor: Actor,
  operation: string,
  input: unknown,
  work: (tx: Tx) => Promise<T | RollcallError>,
  stored: (answer: T) => T = (answer) => answer,
): Promise<T> {
  const answer = await db.transaction(async (tx): Promise<T | RollcallError> => {
    if (actor.idempotencyKey === null) return work(tx);
    const call = {
      organizationId: actor.organizationId,
      principalId: actor.principalId,
      key: actor.idempotencyKey,
      requestHash: hashRequest(operation, input),
    };
    const [claim] = await claimKeys(tx, [call]);
    if (claim && 'reused' in claim) throw keyReused();
    if (claim) return claim.replay as T;
    const worked = await work(tx);
    if (worked instanceof RollcallError) await releaseKeys(tx, [call]);
    else await storeAnswers(tx, [call], [stored(worked)]);
    return worked;
  });
  if (answer instanceof RollcallError) throw answer;
  return answer;
}
