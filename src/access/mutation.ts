import { claimKeys, hashRequest, keyReused, storeAnswers, type Database, type Tx } from '../platform/index.js';
import type { Actor } from './actor.js';

/**
 * Runs a mutation in one transaction. When the call carries an `Idempotency-Key`, a repetition gets the stored answer
 * and changes nothing; the same key with other input is refused with IDEMPOTENCY_KEY_REUSED. `stored` says what of the
 * answer is kept (never a secret).
 */
export const mutate = <T>(
  db: Database,
  actor: Actor,
  operation: string,
  input: unknown,
  work: (tx: Tx) => Promise<T>,
  stored: (answer: T) => T = (answer) => answer,
): Promise<T> =>
  db.transaction(async (tx) => {
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
    const answer = await work(tx);
    await storeAnswers(tx, [call], [stored(answer)]);
    return answer;
  });
