import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { KeyedGatherer, type Slot } from '../../src/deployments/keyed-gatherer.js';

interface Item {
  key: string;
  value: number;
}
type Batch = Slot<Item, number>[];

/** A gatherer whose batches take `ms` and whose answer is what `answer` gives for the item. */
function gathererOf(
  options: {
    ms?: number;
    maxInFlight?: number;
    maxBatch?: number;
    answer?: (item: Item) => number | Error;
  } = {},
) {
  const batches: { key: string; value: number; times: number }[][] = [];
  let inFlight = 0;
  let most = 0;
  const gatherer: KeyedGatherer<Item, number> = new KeyedGatherer<Item, number>({
    keyOf: (item) => item.key,
    canShare: (waiting, next) => waiting.value === next.value,
    run: async (slots: Batch) => {
      batches.push(slots.map((slot) => ({ ...slot.item, times: slot.waiters.length })));
      most = Math.max(most, ++inFlight);
      await sleep(options.ms ?? 2);
      inFlight--;
      for (const slot of slots) gatherer.settle(slot, options.answer?.(slot.item) ?? slot.item.value);
    },
    maxInFlight: options.maxInFlight ?? 1,
    maxBatch: options.maxBatch ?? 100,
  });
  return { gatherer, batches, most: () => most };
}

test('a call that comes while a batch is in flight leaves with the next one; there is no timer', async () => {
  const { gatherer, batches } = gathererOf({ ms: 5 });
  const first = gatherer.submit({ key: 'a', value: 1 });
  await new Promise(setImmediate);
  const others = ['b', 'c', 'd'].map((key) => gatherer.submit({ key, value: 1 }));
  await Promise.all([first, ...others]);
  expect(batches.map((batch) => batch.map((each) => each.key).join(''))).toEqual(['a', 'bcd']);
});

test('calls of one key run in the order in which they came, one a batch', async () => {
  const { gatherer, batches } = gathererOf({ maxInFlight: 2 });
  const answers = await Promise.all([1, 2, 1, 3].map((value) => gatherer.submit({ key: 'a', value })));
  expect(answers).toEqual([1, 2, 1, 3]);
  expect(batches.flat().map((each) => each.value)).toEqual([1, 2, 1, 3]);
  expect(batches.every((batch) => batch.length === 1)).toBe(true);
});

test('equal calls of one key that wait share a place; those in flight take nobody in', async () => {
  const { gatherer, batches } = gathererOf({ ms: 5 });
  const first = gatherer.submit({ key: 'a', value: 1 });
  await new Promise(setImmediate);
  await Promise.all([first, ...[1, 1, 2, 1].map((value) => gatherer.submit({ key: 'a', value }))]);
  expect(batches.flat().map(({ value, times }) => [value, times])).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
    [1, 1],
  ]);
});

test('with onlyFirst one caller is answered, and the others that shared its place run again before anything later', async () => {
  const ran: number[] = [];
  const gatherer: KeyedGatherer<Item, string> = new KeyedGatherer<Item, string>({
    keyOf: (item) => item.key,
    canShare: (waiting, next) => waiting.value === next.value,
    run: async (slots) => {
      for (const slot of slots) {
        ran.push(slot.waiters.length);
        gatherer.settle(
          slot,
          ran.length === 1 ? 'created' : `refreshed ${slot.item.value}`,
          ran.length === 1,
        );
      }
    },
    maxInFlight: 1,
    maxBatch: 10,
  });
  const answers = await Promise.all([7, 7, 7, 8].map((value) => gatherer.submit({ key: 'a', value })));
  expect(answers).toEqual(['created', 'refreshed 7', 'refreshed 7', 'refreshed 8']);
  expect(ran).toEqual([3, 2, 1]);
});

test('a poisoned item fails alone: its callers get the error, all others their answers', async () => {
  const { gatherer, batches } = gathererOf({
    answer: (item) => (item.value < 0 ? new Error('poisoned') : item.value),
  });
  const calls = [1, -1, 2, -1, 3].map((value, i) => gatherer.submit({ key: `k${i}`, value }));
  const settled = await Promise.allSettled(calls);
  expect(settled.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.message))).toEqual([
    1,
    'poisoned',
    2,
    'poisoned',
    3,
  ]);
  expect(batches).toHaveLength(1);
  expect(await gatherer.submit({ key: 'k1', value: 4 })).toBe(4);
});

test('nobody is answered before its own slot is settled', async () => {
  const { gatherer } = gathererOf({ ms: 20 });
  let answered = false;
  const call = gatherer.submit({ key: 'a', value: 1 }).then(() => (answered = true));
  await sleep(10);
  expect(answered).toBe(false);
  await call;
});

test('at most maxInFlight batches run at once, and none holds more than maxBatch keys', async () => {
  const { gatherer, batches, most } = gathererOf({ maxInFlight: 2, maxBatch: 7, ms: 1 });
  await Promise.all(Array.from({ length: 100 }, (_, i) => gatherer.submit({ key: `k${i}`, value: i })));
  expect(most()).toBe(2);
  expect(Math.max(...batches.map((batch) => batch.length))).toBe(7);
});

test('beyond 50,000 waiting calls the next one is refused with RATE_LIMITED, and taken again once there is room', async () => {
  const { gatherer } = gathererOf({ ms: 1, maxBatch: 50_000 });
  const calls = Array.from({ length: 50_000 }, (_, i) => gatherer.submit({ key: `k${i}`, value: 1 }));
  await expect(gatherer.submit({ key: 'one-more', value: 1 })).rejects.toMatchObject({
    code: 'RATE_LIMITED',
  });
  await Promise.all(calls);
  expect(await gatherer.submit({ key: 'one-more', value: 1 })).toBe(1);
});

test('drained resolves when everything that was accepted is answered', async () => {
  const { gatherer } = gathererOf({ ms: 5 });
  let answered = 0;
  const calls = Array.from({ length: 30 }, (_, i) =>
    gatherer.submit({ key: `k${i % 5}`, value: i }).then(() => answered++),
  );
  await gatherer.drained();
  await Promise.resolve();
  expect(answered).toBe(30);
  await Promise.all(calls);
});

test('300 random loads: each caller gets its own answer, keys stay in order and are never twice in flight', async () => {
  const load = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.nat(3), pause: fc.boolean() }),
    {
      maxLength: 25,
    },
  );
  await fc.assert(
    fc.asyncProperty(load, fc.constantFrom(1, 2, 3), async (calls, maxInFlight) => {
      const running = new Set<string>();
      const order: Item[] = [];
      const gatherer: KeyedGatherer<Item, number> = new KeyedGatherer<Item, number>({
        keyOf: (item) => item.key,
        canShare: (waiting, next) => waiting.value === next.value,
        run: async (slots) => {
          for (const { item } of slots) {
            if (running.has(item.key)) throw new Error(`${item.key} is in flight twice`);
            running.add(item.key);
            order.push(item);
          }
          await new Promise(setImmediate);
          for (const slot of slots) {
            running.delete(slot.item.key);
            gatherer.settle(slot, slot.item.value);
          }
        },
        maxInFlight,
        maxBatch: 2,
      });
      const answers: Promise<number>[] = [];
      for (const { key, value, pause } of calls) {
        if (pause) await new Promise(setImmediate);
        answers.push(gatherer.submit({ key, value }));
      }
      expect(await Promise.all(answers)).toEqual(calls.map(({ value }) => value));
      for (const key of ['a', 'b', 'c']) {
        const distinct = (values: number[]): number[] => values.filter((value, i) => value !== values[i - 1]);
        const sent = calls.filter((each) => each.key === key).map(({ value }) => value);
        const ran = order.filter((each) => each.key === key).map(({ value }) => value);
        expect(distinct(ran)).toEqual(distinct(sent));
      }
    }),
    { numRuns: 300 },
  );
});
