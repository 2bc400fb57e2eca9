import { createHash } from 'node:crypto';
import type { Tx } from './database.js';
import { RollcallError } from './errors.js';

/** One call that carries an `Idempotency-Key`. A key belongs to the caller that sent it. */
export interface KeyedCall {
  organizationId: string;
  principalId: string;
  key: string;
  requestHash: string;
}

/** The same text for the same operation and input, whatever the order of its fields. */
export const hashRequest = (operation: string, input: unknown): string =>
  createHash('sha256').update(operation).update('\0').update(stableJson(input)).digest('hex');

const stableJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

export type Claim = { replay: unknown } | { reused: true } | null;

export const keyReused = (): RollcallError =>
  new RollcallError('IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key was used for a call with other content', {
    hint: 'send a new key for a new call',
  });

/**
 * Claims the keys of `calls` inside the transaction that does the work, in key order: a second caller with the same
 * key waits for the first and then sees its answer. Answers in call order: null = go on; `replay` = the stored answer.
 */
export async function claimKeys(tx: Tx, calls: KeyedCall[]): Promise<Claim[]> {
  const ordered = [...calls].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const { rows: claimed } = await tx.query<{ id: string }>({
    name: 'claim-keys',
    text: `insert into idempotency_key (organization_id, principal_id, key, request_hash)
           select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
           on conflict do nothing returning organization_id || ' ' || principal_id || ' ' || key as id`,
    values: columns(ordered),
  });
  const mine = new Set(claimed.map((row) => row.id));
  if (mine.size === calls.length) return calls.map(() => null);
  const { rows: stored } = await tx.query<{ id: string; hash: string; response: unknown }>({
    name: 'read-keys',
    text: `select k.organization_id || ' ' || k.principal_id || ' ' || k.key as id, k.request_hash as hash, k.response
           from unnest($1::text[], $2::text[], $3::text[]) as i(organization_id, principal_id, key)
           join idempotency_key k using (organization_id, principal_id, key)`,
    values: columns(ordered).slice(0, 3),
  });
  const byId = new Map(stored.map((row) => [row.id, row]));
  const taken = new Set<string>();
  return calls.map((call) => {
    const id = idOf(call);
    if (mine.has(id)) return taken.has(id) ? { reused: true } : (taken.add(id), null);
    const row = byId.get(id);
    return row?.hash === call.requestHash && row.response !== null
      ? { replay: row.response }
      : { reused: true };
  });
}

/** Stores the answers, in the same transaction. */
export async function storeAnswers(tx: Tx, calls: KeyedCall[], answers: unknown[]): Promise<void> {
  await tx.query({
    name: 'store-answers',
    text: `update idempotency_key k set response = i.response
           from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) as i(organization_id, principal_id, key, response)
           where (k.organization_id, k.principal_id, k.key) = (i.organization_id, i.principal_id, i.key)`,
    values: [...columns(calls).slice(0, 3), answers.map((answer) => JSON.stringify(answer))],
  });
}

/** Gives keys back whose call was refused, so that the caller may mend the cause and repeat it. */
export async function releaseKeys(tx: Tx, calls: KeyedCall[]): Promise<void> {
  await tx.query({
    name: 'release-keys',
    text: `delete from idempotency_key k using unnest($1::text[], $2::text[], $3::text[]) as i(organization_id, principal_id, key)
           where (k.organization_id, k.principal_id, k.key) = (i.organization_id, i.principal_id, i.key)`,
    values: columns(calls).slice(0, 3),
  });
}

/** Keys are kept for 30 days. */
export const forgetOldKeys = async (db: { query: Tx['query'] }): Promise<void> => {
  await db.query(`delete from idempotency_key where created_at < now() - interval '30 days'`);
};

const idOf = (call: KeyedCall): string => `${call.organizationId} ${call.principalId} ${call.key}`;
const columns = (calls: KeyedCall[]): string[][] => [
  calls.map((call) => call.organizationId),
  calls.map((call) => call.principalId),
  calls.map((call) => call.key),
  calls.map((call) => call.requestHash),
];
