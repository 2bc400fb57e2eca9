import { expect } from 'vitest';
import { post } from '../support/registry.js';

/** What a document is answered with: the status and the code of the first top-level error. */
export async function answerTo(
  registry: { url: string },
  token: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<[status: number, code: string | undefined]> {
  const { status, errors } = await post(registry, token, query, variables);
  return [status, errors?.[0]?.extensions['code']];
}

/** Whatever was sent before, the server answers the next good request. */
export async function expectService(registry: { url: string }, token: string): Promise<void> {
  const { data } = await post(registry, token, '{ viewer { actor { name } } }');
  expect(data.viewer.actor.name).toBe('admin');
}
