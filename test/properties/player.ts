import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../../src/access/index.js';
import type { Registry } from '../../src/embed.js';
import { RollcallError } from '../../src/platform/index.js';
import { PLATFORMS, type Action, type Letter, type Step } from './histories.js';
import { EMPTY, step, type ModelAnswer, type ModelState } from './model.js';

/** Model instants from here on stand for calls at the server's now, numbered; as far behind `past: 0` as `World.base` is. */
const NOW = 600_000;

export interface World {
  registry: Registry;
  actor: Actor;
  digests: Record<Letter, string>;
  /** The instant of `past: 0`. */
  base: number;
}

export interface Played {
  names: string[];
  states: ModelState[];
  /** What differed, as text; empty = nothing. */
  differences: string[];
  /** Between which instants each numbered now was. */
  nows: Map<number, [number, number]>;
}

const kind = 'CONTAINER_IMAGE';
const textOf = (answer: ModelAnswer): string => ('outcome' in answer ? answer.outcome : answer.error);
const isNow = (action: Action): boolean => action.when === 'now' || action.when === 'lead';

/** At one instant of the clock a repetition may be UNCHANGED or REFRESHED: the clock of two calls can read the same. */
const same = (action: Action, answered: string, expected: string): boolean =>
  answered === expected ||
  (isNow(action) && [answered, expected].every((each) => each === 'REFRESHED' || each === 'UNCHANGED'));

function inputOf(world: World, action: Action, name: string) {
  const observedAt = { now: null, lead: Date.now() + 120_000, far: Date.now() + 330_000 };
  const at =
    typeof action.when === 'string' ? observedAt[action.when] : world.base + action.when.past * 1_000;
  return {
    name,
    kind,
    digest: world.digests[action.letter],
    observedAt: at === null ? null : new Date(at).toISOString(),
    ...(action.type === 'decommission' ? {} : { mode: action.type === 'record' ? 'RECORD' : 'HEARTBEAT' }),
  };
}

const settled = async (call: Promise<{ outcome: string }>): Promise<string> => {
  try {
    return (await call).outcome;
  } catch (error) {
    return error instanceof RollcallError ? error.code : `THROWN ${String(error)}`;
  }
};

/** Plays a history against the real service and the model, call by call. */
export async function play(world: World, id: string, history: Step[], places: number): Promise<Played> {
  const { deployments } = world.registry.services;
  const names = Array.from({ length: places }, (_, i) => `${id}/${i}`);
  const states = names.map(() => EMPTY);
  const differences: string[] = [];
  const nows = new Map<number, [number, number]>();
  let clock = NOW;

  const expected = (action: Action): string => {
    const now = ++clock;
    const at = { now: null, lead: now + 1, far: now + 400_000 };
    const observedAt = typeof action.when === 'string' ? at[action.when] : action.when.past * 1_000;
    const call =
      action.type === 'decommission'
        ? { type: 'decommission' as const, digest: action.letter, observedAt }
        : {
            type: 'record' as const,
            mode: action.type === 'record' ? ('RECORD' as const) : ('HEARTBEAT' as const),
            digest: action.letter,
            observedAt,
          };
    const next = step(states[action.place] as ModelState, call, now, PLATFORMS);
    states[action.place] = next.state;
    return textOf(next.answer);
  };

  for (const [i, each] of history.entries()) {
    const actions = 'single' in each ? [each.single] : each.bulk;
    const inputs = actions.map((action) => inputOf(world, action, names[action.place] as string));
    const before = Date.now();
    const [first] = actions as [Action];
    let answers: string[];
    if ('bulk' in each)
      answers = (await deployments.recordMany(world.actor, inputs)).map((answer) =>
        answer instanceof RollcallError
          ? answer.code
          : answer instanceof Error
            ? `THROWN ${answer}`
            : answer.outcome,
      );
    else if (first.type === 'decommission')
      answers = [await settled(deployments.decommission(world.actor, inputs[0] as (typeof inputs)[0]))];
    else answers = [await settled(deployments.record(world.actor, inputs[0] as (typeof inputs)[0]))];
    for (const [k, action] of actions.entries()) {
      const wanted = expected(action);
      nows.set(clock, [before, Date.now()]);
      if (!same(action, answers[k] as string, wanted))
        differences.push(`step ${i} call ${k} ${JSON.stringify(action)}: ${answers[k]} instead of ${wanted}`);
    }
    // The next call at the server's now has a later instant.
    await sleep(2);
  }
  return { names, states, differences, nows };
}

interface Row {
  name: string;
  observedMax: Date;
  deploymentSeq: number;
  records: {
    seq: number;
    digest: string;
    status: string;
    origin: string;
    deployedAt: string;
    lastSeenAt: string;
    seenCount: number;
    endedAt: string | null;
    supersededBy: number | null;
  }[];
  events: string[];
}

const ROWS = `
  select d.name, greatest(d.observed_max, (select max(r.last_seen_at) from deployment_record r where r.deployment_id = d.id
      and r.status = 'DEPLOYED')) as "observedMax", d.seq as "deploymentSeq",
    (select json_agg(json_build_object('seq', r.seq, 'digest', r.digest, 'status', r.status, 'origin', r.origin,
        'deployedAt', r.deployed_at, 'lastSeenAt', r.last_seen_at, 'seenCount', r.seen_count, 'endedAt', r.ended_at,
        'supersededBy', s.seq) order by r.seq)
      from deployment_record r left join deployment_record s on s.id = r.superseded_by_id
      where r.deployment_id = d.id) as records,
    (select coalesce(json_agg(e.type order by e.seq), '[]') from event e where e.deployment_id = d.id and e.type <> 'REFUSED') as events
  from deployment d where d.name = any($1)`;

/** What stands in the database against what the model says; as text, empty = nothing differs. */
export async function compareRows(
  world: World,
  pool: { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> },
  played: readonly Played[],
): Promise<string[]> {
  const { rows } = await pool.query(ROWS, [played.flatMap((each) => each.names)]);
  const byName = new Map((rows as Row[]).map((row) => [row.name, row]));
  return played.flatMap((each) =>
    each.names.flatMap((name, place) => {
      const row = byName.get(name);
      const { deployment } = each.states[place] as ModelState;
      if (!row || !deployment) return row || deployment ? [`${name}: exists on one side only`] : [];
      const instant = (at: number | null, found: string | Date | null): string => {
        if (at === null || found === null) return String(at === found);
        const ms = new Date(found).getTime();
        const [from, to] =
          at >= NOW ? (each.nows.get(at) as [number, number]) : [world.base + at, world.base + at];
        return String(ms >= from - 1 && ms <= to + 1 && (at >= NOW || ms === from));
      };
      const found = row.records.map((record) =>
        [
          record.seq,
          record.digest,
          record.status,
          record.origin,
          record.seenCount,
          record.supersededBy,
          'true',
          'true',
          'true',
        ].join(' '),
      );
      const wanted = deployment.records.map((record, i) => {
        const other = row.records[i];
        return [
          record.seq,
          world.digests[record.digest as Letter],
          record.status,
          record.origin,
          record.seenCount,
          record.supersededBy,
          instant(record.deployedAt, other?.deployedAt ?? null),
          instant(record.lastSeenAt, other?.lastSeenAt ?? null),
          instant(record.endedAt, other?.endedAt ?? null),
        ].join(' ');
      });
      const pairs = [
        [found.join('\n'), wanted.join('\n')],
        [row.events.join(), deployment.events.join()],
        [String(row.deploymentSeq), String(deployment.records.length)],
        [instant(deployment.observedMax, row.observedMax), 'true'],
      ];
      return pairs.filter(([a, b]) => a !== b).map(([a, b]) => `${name}: found\n${a}\ninstead of\n${b}`);
    }),
  );
}
