import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeploymentRecord } from '../../src/deployments/deployment.js';
import {
  checkLead,
  decideDecommission,
  decideRecord,
  type DeploymentState,
} from '../../src/deployments/record-rules.js';
import { RollcallError } from '../../src/platform/index.js';
import { action, LETTERS, PLATFORMS, recordings, shuffled, type Action } from './histories.js';
import { activeOf, EMPTY, run, step, type Call, type ModelRecord, type ModelState } from './model.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const instant = (ms: number): string => new Date(START + ms).toISOString();

/** The model's state in the form in which the rules get it from the database. */
function asDatabaseState(state: ModelState, digest: string, now: number): DeploymentState {
  const deployment = state.deployment ?? { observedMax: null, records: [], switches: [] };
  const active = activeOf(state);
  const last = deployment.records.findLast((record: ModelRecord) => record.origin !== 'BACKFILL') ?? null;
  const covers = (record: ModelRecord): boolean =>
    record.digest === digest ||
    (record.digest === 'X' && (PLATFORMS.X as readonly string[]).includes(digest));
  const switches = deployment.records.filter((record) => record.supersededBy !== null);
  return {
    // The Deployment's own column lags behind what heartbeats saw; those stand on the active record.
    observedMax: active || deployment.observedMax === null ? null : instant(deployment.observedMax),
    current:
      active &&
      ({ ...active, lastSeenAt: instant(deployment.observedMax as number) } as unknown as DeploymentRecord),
    currentMatches: active !== null && covers(active),
    known: deployment.records.some((record) => record.digest === digest),
    last: last && {
      id: String(last.seq),
      status: last.status,
      matches: covers(last),
      endedAt: last.endedAt === null ? null : instant(last.endedAt),
    },
    recentSwitches: switches.filter((record) => (record.endedAt as number) > now - 900_000).length,
    now: instant(now),
  };
}

function decide(
  state: ModelState,
  call: Call,
  now: number,
): { answer: string; at: string | null; backfill?: boolean } {
  try {
    checkLead(call.observedAt === null ? null : instant(call.observedAt), instant(now));
    if (state.deployment === null && (call.type === 'decommission' || call.mode === 'HEARTBEAT'))
      return { answer: 'DEPLOYMENT_NOT_FOUND', at: null };
    const known = asDatabaseState(state, call.digest, now);
    const request = { ...call, observedAt: call.observedAt === null ? null : instant(call.observedAt) };
    const decision =
      request.type === 'record' ? decideRecord(known, request) : decideDecommission(known, request);
    return {
      answer: decision.outcome,
      at: 'at' in decision ? decision.at : null,
      ...('backfill' in decision ? { backfill: decision.backfill } : {}),
    };
  } catch (error) {
    if (error instanceof RollcallError) return { answer: error.code, at: null };
    throw error;
  }
}

const toCall = ({ type, letter, when }: Action, now: number): Call => {
  const observedAt =
    when === 'now'
      ? null
      : when === 'lead'
        ? now + 200_000
        : when === 'far'
          ? now + 300_001
          : when.past * 1_000;
  return type === 'decommission'
    ? { type, digest: letter, observedAt }
    : { type: 'record', mode: type === 'record' ? 'RECORD' : 'HEARTBEAT', digest: letter, observedAt };
};

test('9.2 to 9.4 the rules answer 30,000 random histories as the model does, call by call', () => {
  fc.assert(
    fc.property(fc.array(action({ places: 1 }), { minLength: 1, maxLength: 14 }), (actions) => {
      let state = EMPTY;
      const decisions: string[] = [];
      const expected: string[] = [];
      actions.forEach((each, i) => {
        const now = 100_000 + i * 10;
        const call = toCall(each, now);
        const { answer, at, backfill } = decide(state, call, now);
        const next = step(state, call, now, PLATFORMS);
        const grew = (next.state.deployment?.records.length ?? 0) > (state.deployment?.records.length ?? 0);
        const t = instant(Math.min(call.observedAt ?? now, now));
        decisions.push(`${answer} at ${at} ${answer === 'STALE' ? backfill : answer === 'CREATED'}`);
        expected.push(
          `${'outcome' in next.answer ? next.answer.outcome : next.answer.error} at ${at && t} ${grew}`,
        );
        state = next.state;
      });
      expect(decisions.join('\n')).toBe(expected.join('\n'));
    }),
    { numRuns: 30_000 },
  );
});

const asCalls = (set: readonly { letter: string; at: number }[]): (Call & { now: number })[] =>
  set.map(({ letter, at }) => ({
    type: 'record',
    mode: 'RECORD',
    digest: letter,
    observedAt: at * 1_000,
    now: 1e6,
  }));

test('12.1 recordings with distinct observedAt end the same in any order: 2,000 sets, 20 orders each', () => {
  fc.assert(
    fc.property(recordings(['A', 'B', 'C']), fc.nat(1e6), (set, seed) => {
      const newest = set.reduce((a, b) => (b.at > a.at ? b : a));
      for (let order = 0; order < 20; order++) {
        const active = activeOf(run(asCalls(shuffled(set, seed + order))).state);
        expect([active?.digest, active?.lastSeenAt]).toEqual([newest.letter, newest.at * 1_000]);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('G17 with platform manifests in play the order still never changes lastSeenAt nor which image is active', () => {
  const imageOf = (letter: string): string => (letter.startsWith('X') ? 'X' : letter);
  const letters = LETTERS.filter((letter) => letter !== 'X2');
  fc.assert(
    fc.property(recordings(letters), fc.nat(1e6), (set, seed) => {
      const newest = set.reduce((a, b) => (b.at > a.at ? b : a));
      for (let order = 0; order < 5; order++) {
        const active = activeOf(run(asCalls(shuffled(set, seed + order)), PLATFORMS).state);
        expect([imageOf(active?.digest ?? ''), active?.lastSeenAt]).toEqual([
          imageOf(newest.letter),
          newest.at * 1_000,
        ]);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('I-1, I-3, I-4 no history of the model has two active records, a lastSeenAt that falls or an end that changes', () => {
  fc.assert(
    fc.property(fc.array(action({ places: 1 }), { maxLength: 20 }), (actions) => {
      let state = EMPTY;
      actions.forEach((each, i) => {
        const before = state.deployment?.records ?? [];
        state = step(state, toCall(each, 100_000 + i), 100_000 + i, PLATFORMS).state;
        const after = state.deployment?.records ?? [];
        const changed = before.filter(
          (record, k) =>
            (after[k] as ModelRecord).lastSeenAt < record.lastSeenAt ||
            (record.status !== 'DEPLOYED' && JSON.stringify(after[k]) !== JSON.stringify(record)),
        );
        const active = after.filter((record) => record.status === 'DEPLOYED');
        if (changed.length > 0 || active.length > 1)
          expect({ changed, active }).toEqual({ changed: [], active: [] });
      });
    }),
    { numRuns: 5_000 },
  );
});
