import {
  attested,
  decommission,
  post,
  record,
  startRegistry,
  type TestRegistry,
} from '../support/registry.js';

const DAY = 86_400_000;
const T0 = Date.parse('2026-01-01T00:00:00.000Z');

/** The instant so many days after the beginning of the history, 2026-01-01. */
export const at = (days: number, ms = 0): string => new Date(T0 + days * DAY + ms).toISOString();

export const ALL_STATUSES = ['DEPLOYED', 'SUPERSEDED', 'DECOMMISSIONED'];

/**
 * Starts a registry with one history and gives it with the digests a, b, c. Days from 2026-01-01:
 *   east / production / web: a from 0, b from 10
 *   east / staging / web: b from 5
 *   default / production / web: a from 2 until 8 (decommissioned)
 *   default / production / chart (HELM_CHART): c from 3
 */
export async function startHistory(): Promise<{ registry: TestRegistry; digests: string[] }> {
  const registry = await startRegistry();
  const { token } = registry;
  await post(
    registry,
    token,
    'mutation { createEnvironment(input: { name: "east" }) { userErrors { code } } }',
  );
  const digests = await attested(registry, token, 3);
  const [a, b, c] = digests;
  const east = { environment: 'east', name: 'web' };
  await record(registry, token, { ...east, digest: a, observedAt: at(0) });
  await record(registry, token, { ...east, digest: b, observedAt: at(10) });
  await record(registry, token, { ...east, logicalEnvironment: 'staging', digest: b, observedAt: at(5) });
  await record(registry, token, { name: 'web', digest: a, observedAt: at(2) });
  await decommission(registry, token, { name: 'web', digest: a, observedAt: at(8) });
  await record(registry, token, { name: 'chart', kind: 'HELM_CHART', digest: c, observedAt: at(3) });
  return { registry, digests };
}
