import { addSeconds, laterOf, RollcallError, type Instant } from '../platform/index.js';
import type { DeploymentRecord, RecordMode } from './deployment.js';

const MAX_LEAD_SECONDS = 300;
const FLAPPING_SWITCHES = 3;
export const FLAPPING_SECONDS = 900;

/** What is known of a Deployment under its row lock. */
export interface DeploymentState {
  /** The newest instant at which anything was seen here; null = never. */
  observedMax: Instant | null;
  /** The DEPLOYED record, locked too; null = nothing runs. */
  current: DeploymentRecord | null;
  /** The digest in question is that of `current`, or of a platform manifest of its index (G17). */
  currentMatches: boolean;
  /** The digest in question is in the history of the Deployment. */
  known: boolean;
  /** The newest record that is no BACKFILL; null = none. `matches`: as `currentMatches`, for this record. */
  last: { id: string; status: string; endedAt: Instant | null; matches: boolean | null } | null;
  /** Switches of the active digest within the 15 minutes before the instant in question. */
  recentSwitches: number;
  /** The database's clock, read after the locks were taken. */
  now: Instant;
}

export type RecordDecision =
  | { outcome: 'REFRESHED' | 'UNCHANGED'; at: Instant }
  | { outcome: 'STALE'; at: Instant; backfill: boolean }
  | { outcome: 'CREATED'; at: Instant; flapping: boolean };

/** Step 3 of 9.2: at most 5 minutes ahead, and a smaller lead counts as now (G6). */
export function checkLead(observedAt: Instant | null, now: Instant): void {
  if (observedAt !== null && observedAt > addSeconds(now, MAX_LEAD_SECONDS))
    throw new RollcallError(
      'OBSERVED_AT_IN_FUTURE',
      'observedAt is more than 5 minutes ahead of the server',
      {
        field: ['observedAt'],
        hint: 'set the clock of the reporter, or leave observedAt out',
        details: { observedAt, serverTime: now },
      },
    );
}

/** The newest instant at which anything was seen; heartbeats move it on the record only. */
const seenLast = (state: DeploymentState): Instant | null =>
  state.current === null ? state.observedMax : laterOf(state.observedMax, state.current.lastSeenAt);

/** After a decommission nothing runs, and the instant of its end is stale too (9.2, step 5.2). */
const endedLast = (state: DeploymentState): Instant | null =>
  state.current === null && state.last?.status === 'DECOMMISSIONED' ? state.last.endedAt : null;

/**
 * When the call saw what it says. Without `observedAt` it is the order of arrival that counts: now, and never before
 * what was seen already, even when a clock was set back.
 */
function instantOf(state: DeploymentState, observedAt: Instant | null): Instant {
  if (observedAt !== null) return observedAt > state.now ? state.now : observedAt;
  const last = laterOf(seenLast(state), state.now);
  return endedLast(state) === last ? addSeconds(last, 0.001) : last;
}

/** Step 5 of 9.2. */
export function decideRecord(
  state: DeploymentState,
  request: { observedAt: Instant | null; mode: RecordMode; digest: string },
): RecordDecision {
  const at = instantOf(state, request.observedAt);
  const { current } = state;
  if (current !== null && state.currentMatches)
    return { outcome: at > current.lastSeenAt ? 'REFRESHED' : 'UNCHANGED', at };
  const last = seenLast(state);
  const ended = endedLast(state);
  if ((last !== null && at < last) || (ended !== null && at <= ended))
    return { outcome: 'STALE', at, backfill: !state.known };
  if (request.mode === 'HEARTBEAT')
    throw new RollcallError('NOT_ACTIVE', `${request.digest} is not what runs here`, {
      field: ['digest'],
      hint: 'a heartbeat only refreshes; record the digest with mode RECORD when it does run',
      details: { activeDigest: current?.digest ?? null },
    });
  return {
    outcome: 'CREATED',
    at,
    flapping: current !== null && state.recentSwitches + 1 >= FLAPPING_SWITCHES,
  };
}

export type DecommissionDecision = { outcome: 'DECOMMISSIONED'; at: Instant } | { outcome: 'UNCHANGED' };

/** The table of 9.4. */
export function decideDecommission(
  state: DeploymentState,
  request: { observedAt: Instant | null; digest: string },
): DecommissionDecision {
  const at = instantOf(state, request.observedAt);
  const { current } = state;
  if (current !== null && state.currentMatches) {
    const last = seenLast(state);
    if (last !== null && at < last)
      throw new RollcallError('DECOMMISSION_STALE', `it was seen running at ${last}, after ${at}`, {
        field: ['observedAt'],
        hint: 'repeat the call without observedAt when it has stopped',
        details: { lastSeenAt: last },
      });
    return { outcome: 'DECOMMISSIONED', at };
  }
  if (current === null && state.last?.status === 'DECOMMISSIONED' && state.last.matches)
    return { outcome: 'UNCHANGED' };
  if (state.known)
    throw new RollcallError('RECORD_NOT_ACTIVE', `${request.digest} is not what runs here`, {
      field: ['digest'],
      hint: current === null ? 'nothing runs here' : `${current.digest} runs here`,
      details: { activeDigest: current?.digest ?? null },
    });
  throw new RollcallError('RECORD_NOT_FOUND', `${request.digest} never ran here`, {
    field: ['digest'],
    details: { activeDigest: current?.digest ?? null },
  });
}
