import type { Client } from './client.js';
import { refuse, type UserError } from './failure.js';

/**
 * Runs a mutation with one field and gives that field's payload. A refusal is thrown.
 * `repeatable: false` is for creations, which would fail or double when they were sent again after a lost answer.
 */
export async function mutate<P extends object>(
  client: Client,
  document: string,
  input: object,
  options: { repeatable?: boolean } = {},
): Promise<P> {
  const data = await client.execute<Record<string, P & { userErrors: UserError[] }>>(
    document,
    { input },
    options,
  );
  const [payload] = Object.values(data);
  if (!payload) throw new Error('the server answered without a payload');
  refuse(payload.userErrors);
  return payload;
}
