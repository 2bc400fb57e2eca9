import fc from 'fast-check';

/** Digests of the tests by letter: three images, and an index X with two platform manifests. */
export const LETTERS = ['A', 'B', 'C', 'X', 'X1', 'X2'] as const;
export type Letter = (typeof LETTERS)[number];
export const PLATFORMS = { X: ['X1', 'X2'] } as const;

/** When a call says that it saw: `past` is an offset in seconds, the others are relative to the server's clock. */
export type When = { past: number } | 'now' | 'lead' | 'far';

export interface Action {
  type: 'record' | 'heartbeat' | 'decommission';
  letter: Letter;
  when: When;
  /** Which of the Deployments of a history. */
  place: number;
}

const when = (seconds: number): fc.Arbitrary<When> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.nat({ max: seconds }).map((past) => ({ past })) },
    { weight: 3, arbitrary: fc.constant('now' as const) },
    { weight: 1, arbitrary: fc.constant('lead' as const) },
    { weight: 1, arbitrary: fc.constant('far' as const) },
  );

export const action = (options: {
  places: number;
  letters?: readonly Letter[];
  seconds?: number;
}): fc.Arbitrary<Action> =>
  fc.record({
    type: fc.oneof(
      { weight: 6, arbitrary: fc.constant('record' as const) },
      { weight: 2, arbitrary: fc.constant('heartbeat' as const) },
      { weight: 2, arbitrary: fc.constant('decommission' as const) },
    ),
    letter: fc.constantFrom(...(options.letters ?? LETTERS)),
    when: when(options.seconds ?? 12),
    place: fc.nat({ max: options.places - 1 }),
  });

/** One step of a history: a single call, or a bulk call of records and heartbeats. */
export type Step = { single: Action } | { bulk: Action[] };

export const history = (places: number, seconds?: number): fc.Arbitrary<Step[]> => {
  const one = action({ places, ...(seconds === undefined ? {} : { seconds }) });
  return fc.array(
    fc.oneof(
      { weight: 4, arbitrary: one.map((single) => ({ single })) },
      {
        weight: 1,
        arbitrary: fc
          .array(
            one.filter((each) => each.type !== 'decommission'),
            { minLength: 2, maxLength: 5 },
          )
          .map((bulk) => ({ bulk })),
      },
    ),
    { minLength: 2, maxLength: 10 },
  );
};

/** Recordings with distinct instants: what 12.1 speaks of. */
export const recordings = <L extends Letter>(
  letters: readonly L[],
): fc.Arbitrary<{ letter: L; at: number }[]> =>
  fc.uniqueArray(fc.record({ letter: fc.constantFrom(...letters), at: fc.nat({ max: 40 }) }), {
    minLength: 2,
    maxLength: 10,
    selector: (each) => each.at,
  });

export const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  let state = seed * 2 + 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647);
  return items
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
};
