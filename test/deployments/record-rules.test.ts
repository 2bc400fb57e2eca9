import { expect, test } from 'vitest';
import type { DeploymentRecord } from '../../src/deployments/deployment.js';
import {
  checkLead,
  decideDecommission,
  decideRecord,
  type DeploymentState,
} from '../../src/deployments/record-rules.js';

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)).toISOString();
const A = 'sha256:a';
const B = 'sha256:b';

/** A runs since second 0, was seen at second 60, and it is second 100; `over` says what is different. */
const state = (over: Partial<DeploymentState> = {}): DeploymentState => ({
  observedMax: at(0),
  current: { digest: A, deployedAt: at(0), lastSeenAt: at(60) } as DeploymentRecord,
  currentMatches: false,
  known: false,
  last: { id: 'rec_1', status: 'DEPLOYED', endedAt: null, matches: false },
  recentSwitches: 0,
  now: at(100),
  ...over,
});
const sameDigest = { currentMatches: true, known: true };
/** A ran, and was decommissioned at second 60. */
const ended = (over: Partial<DeploymentState> = {}): DeploymentState =>
  state({
    observedMax: at(60),
    current: null,
    last: { id: 'rec_1', status: 'DECOMMISSIONED', endedAt: at(60), matches: true },
    known: true,
    ...over,
  });

const record = (known: DeploymentState, observedAt: string | null, digest = B) =>
  decideRecord(known, { observedAt, digest, mode: 'RECORD' });
const heartbeat = (known: DeploymentState, observedAt: string | null, digest = B) =>
  decideRecord(known, { observedAt, digest, mode: 'HEARTBEAT' });
const decommission = (known: DeploymentState, observedAt: string | null, digest = A) =>
  decideDecommission(known, { observedAt, digest });
const refusal = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('G1 another digest seen later, or at the same instant, takes the place of what runs', () => {
  expect(record(state(), at(61))).toEqual({ outcome: 'CREATED', at: at(61), flapping: false });
  expect(record(state(), at(60)).outcome).toBe('CREATED');
});

test('G3 a heartbeat that is not newer leaves lastSeenAt where it is', () => {
  expect(heartbeat(state(sameDigest), at(60), A)).toEqual({ outcome: 'UNCHANGED', at: at(60) });
  expect(heartbeat(state(sameDigest), at(61), A)).toEqual({ outcome: 'REFRESHED', at: at(61) });
});

test('G4 another digest with an older instant is stale; only one that was never here leaves a BACKFILL record', () => {
  expect(record(state(), at(-1))).toEqual({ outcome: 'STALE', at: at(-1), backfill: true });
  expect(record(state({ known: true }), at(-1))).toEqual({ outcome: 'STALE', at: at(-1), backfill: false });
});

test('G5 an instant after the start of what runs but before its last heartbeat is stale', () => {
  expect(record(state(), at(59)).outcome).toBe('STALE');
});

test('G6 more than 5 minutes ahead is refused, a smaller lead counts as now', () => {
  expect(refusal(() => checkLead(at(401), at(100)))).toBe('OBSERVED_AT_IN_FUTURE');
  expect(refusal(() => checkLead(at(400), at(100)))).toBeUndefined();
  expect(refusal(() => checkLead(null, at(100)))).toBeUndefined();
  expect(record(state(), at(400))).toMatchObject({ outcome: 'CREATED', at: at(100) });
});

test('G7 the third switch within 15 minutes is FLAPPING; the first record of a Deployment is no switch', () => {
  expect(record(state({ recentSwitches: 1 }), null)).toMatchObject({ flapping: false });
  expect(record(state({ recentSwitches: 2 }), null)).toMatchObject({ flapping: true });
  expect(record(ended({ recentSwitches: 5 }), null)).toMatchObject({ flapping: false });
});

test('G7 a heartbeat never changes what is active', () => {
  expect(refusal(() => heartbeat(state(), null))).toBe('NOT_ACTIVE');
});

test('G9 decommission of a digest that is not active is refused', () => {
  expect(refusal(() => decommission(state({ known: true }), null, B))).toBe('RECORD_NOT_ACTIVE');
});

test('G10 decommission of a superseded digest is refused, also when nothing runs', () => {
  const last = { id: 'rec_2', status: 'DECOMMISSIONED', endedAt: at(60), matches: false };
  expect(refusal(() => decommission(ended({ last }), null, B))).toBe('RECORD_NOT_ACTIVE');
});

test('G11 a second decommission is UNCHANGED, also by the digest of a platform of the index that ran', () => {
  expect(decommission(ended(), null)).toEqual({ outcome: 'UNCHANGED' });
  expect(decommission(ended({ known: false }), null, B)).toEqual({ outcome: 'UNCHANGED' });
});

test('G12 decommission of a digest that was never there is RECORD_NOT_FOUND', () => {
  expect(refusal(() => decommission(state(), null, B))).toBe('RECORD_NOT_FOUND');
});

test('G13 up to the end of a decommission everything is stale; later a record is new, a heartbeat NOT_ACTIVE', () => {
  expect(record(ended(), at(60), A)).toMatchObject({ outcome: 'STALE', backfill: false });
  expect(heartbeat(ended(), at(60), A).outcome).toBe('STALE');
  expect(record(ended(), at(61), A).outcome).toBe('CREATED');
  expect(refusal(() => heartbeat(ended(), at(61), A))).toBe('NOT_ACTIVE');
});

test('G14 a digest that ran before and is deployed again is a new record', () => {
  expect(record(state({ known: true }), null).outcome).toBe('CREATED');
});

test('G17 a platform of the active index refreshes it', () => {
  expect(heartbeat(state({ currentMatches: true }), null, B)).toEqual({ outcome: 'REFRESHED', at: at(100) });
});

test('9.4 a decommission at or after the last sight ends the record, an earlier one is DECOMMISSION_STALE', () => {
  expect(decommission(state(sameDigest), at(60))).toEqual({ outcome: 'DECOMMISSIONED', at: at(60) });
  expect(refusal(() => decommission(state(sameDigest), at(59)))).toBe('DECOMMISSION_STALE');
});

test('9.2 without observedAt a call is never before what was seen, even when the clock was set back', () => {
  const back = { now: at(30) };
  expect(record(state(back), null)).toMatchObject({ outcome: 'CREATED', at: at(60) });
  expect(decommission(state({ ...back, ...sameDigest }), null)).toMatchObject({
    outcome: 'DECOMMISSIONED',
    at: at(60),
  });
  expect(record(ended(back), null)).toMatchObject({
    outcome: 'CREATED',
    at: new Date(Date.parse(at(60)) + 1).toISOString(),
  });
});
