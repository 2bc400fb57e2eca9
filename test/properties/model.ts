/**
 * The rules of recording (domain model 9.2 to 9.4) for one Deployment, as small as they can be said: a state and a
 * call give the next state and the answer. Instants are numbers of milliseconds.
 */
export interface ModelRecord {
  seq: number;
  digest: string;
  status: 'DEPLOYED' | 'SUPERSEDED' | 'DECOMMISSIONED';
  origin: 'REPORT' | 'BACKFILL';
  deployedAt: number;
  lastSeenAt: number;
  seenCount: number;
  endedAt: number | null;
  /** seq of the record that took its place. */
  supersededBy: number | null;
}

export interface ModelState {
  /** null = there is no such Deployment. */
  deployment: { observedMax: number; records: ModelRecord[]; events: string[]; switches: number[] } | null;
}

export interface RecordCall {
  type: 'record';
  mode: 'RECORD' | 'HEARTBEAT';
  digest: string;
  /** null = now. */
  observedAt: number | null;
}
export interface DecommissionCall {
  type: 'decommission';
  digest: string;
  observedAt: number | null;
}
export type Call = RecordCall | DecommissionCall;

export type ModelAnswer = { outcome: string } | { error: string };

/** What is known of artifacts: the platform manifests of each index. */
export type Platforms = Readonly<Record<string, readonly string[]>>;

export const EMPTY: ModelState = { deployment: null };

const MAX_LEAD = 5 * 60_000;
const FLAPPING_WINDOW = 15 * 60_000;

export const activeOf = (state: ModelState): ModelRecord | null =>
  state.deployment?.records.find((record) => record.status === 'DEPLOYED') ?? null;

const covers = (platforms: Platforms, active: string, digest: string): boolean =>
  active === digest || (platforms[active] ?? []).includes(digest);

/** The answer to a call at `now`, and what is so afterwards. A refusal changes nothing but the log. */
export function step(
  state: ModelState,
  call: Call,
  now: number,
  platforms: Platforms = {},
): { state: ModelState; answer: ModelAnswer } {
  const refuse = (error: string): { state: ModelState; answer: ModelAnswer } => ({
    state,
    answer: { error },
  });
  if (call.observedAt !== null && call.observedAt > now + MAX_LEAD) return refuse('OBSERVED_AT_IN_FUTURE');
  const t = Math.min(call.observedAt ?? now, now);
  return call.type === 'record'
    ? record(state, call, t, platforms, refuse)
    : decommission(state, call, t, platforms, refuse);
}

type Refuse = (error: string) => { state: ModelState; answer: ModelAnswer };

function record(
  state: ModelState,
  call: RecordCall,
  t: number,
  platforms: Platforms,
  refuse: Refuse,
): { state: ModelState; answer: ModelAnswer } {
  if (call.mode === 'HEARTBEAT' && state.deployment === null) return refuse('DEPLOYMENT_NOT_FOUND');
  const before = state.deployment ?? { observedMax: -Infinity, records: [], events: [], switches: [] };
  const active = activeOf(state);
  const observedMax = Math.max(before.observedMax, t);
  const seq = before.records.length + 1;

  if (active && covers(platforms, active.digest, call.digest)) {
    const seen = { ...active, lastSeenAt: Math.max(active.lastSeenAt, t), seenCount: active.seenCount + 1 };
    const records = before.records.map((each) => (each === active ? seen : each));
    return {
      state: { deployment: { ...before, observedMax, records } },
      answer: { outcome: t > active.lastSeenAt ? 'REFRESHED' : 'UNCHANGED' },
    };
  }

  const endedAt =
    active || before.records.length === 0 ? -Infinity : (lastRun(before.records)?.endedAt ?? -Infinity);
  if (t < before.observedMax || t <= endedAt) {
    const known = before.records.some((each) => each.digest === call.digest);
    const late: ModelRecord = {
      seq,
      digest: call.digest,
      status: 'SUPERSEDED',
      origin: 'BACKFILL',
      deployedAt: t,
      lastSeenAt: t,
      seenCount: 1,
      endedAt: t,
      supersededBy: null,
    };
    return {
      state: {
        deployment: {
          ...before,
          observedMax,
          records: known ? before.records : [...before.records, late],
          events: [...before.events, 'STALE'],
        },
      },
      answer: { outcome: 'STALE' },
    };
  }

  if (call.mode === 'HEARTBEAT') return refuse('NOT_ACTIVE');

  const switches = active ? [...before.switches, t] : before.switches;
  const flaps = active !== null && switches.filter((at) => at > t - FLAPPING_WINDOW).length >= 3;
  const records = before.records.map((each) =>
    each === active ? { ...each, status: 'SUPERSEDED' as const, endedAt: t, supersededBy: seq } : each,
  );
  records.push({
    seq,
    digest: call.digest,
    status: 'DEPLOYED',
    origin: 'REPORT',
    deployedAt: t,
    lastSeenAt: t,
    seenCount: 1,
    endedAt: null,
    supersededBy: null,
  });
  const events = [
    ...before.events,
    ...(active ? ['SUPERSEDED'] : []),
    'RECORDED',
    ...(flaps ? ['FLAPPING'] : []),
  ];
  return {
    state: { deployment: { observedMax, records, events, switches } },
    answer: { outcome: 'CREATED' },
  };
}

/** What ran last: late reports tell of the past and never ran last. */
const lastRun = (records: ModelRecord[]): ModelRecord | undefined =>
  records.findLast((each) => each.origin !== 'BACKFILL');

function decommission(
  state: ModelState,
  call: DecommissionCall,
  t: number,
  platforms: Platforms,
  refuse: Refuse,
): { state: ModelState; answer: ModelAnswer } {
  const { deployment } = state;
  if (deployment === null) return refuse('DEPLOYMENT_NOT_FOUND');
  const active = activeOf(state);
  if (active && covers(platforms, active.digest, call.digest)) {
    if (t < deployment.observedMax) return refuse('DECOMMISSION_STALE');
    const ended = { ...active, status: 'DECOMMISSIONED' as const, endedAt: t };
    return {
      state: {
        deployment: {
          ...deployment,
          observedMax: Math.max(deployment.observedMax, t),
          records: deployment.records.map((each) => (each === active ? ended : each)),
          events: [...deployment.events, 'DECOMMISSIONED'],
        },
      },
      answer: { outcome: 'DECOMMISSIONED' },
    };
  }
  const last = lastRun(deployment.records);
  if (!active && last?.status === 'DECOMMISSIONED' && covers(platforms, last.digest, call.digest))
    return { state, answer: { outcome: 'UNCHANGED' } };
  if (deployment.records.some((each) => each.digest === call.digest)) return refuse('RECORD_NOT_ACTIVE');
  return refuse('RECORD_NOT_FOUND');
}

/** A whole history from nothing; `now` of each call is given. */
export function run(
  calls: readonly (Call & { now: number })[],
  platforms: Platforms = {},
): { state: ModelState; answers: ModelAnswer[] } {
  let state = EMPTY;
  const answers = calls.map(({ now, ...call }) => {
    const next = step(state, call, now, platforms);
    state = next.state;
    return next.answer;
  });
  return { state, answers };
}
