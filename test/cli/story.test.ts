import { expect, test } from 'vitest';
import { recordCount, STORIES, stepsLeft } from '../../src/cli/demo/story.js';

test('the stories are told in order of time, and each deployment has one', () => {
  for (const { steps } of STORIES) {
    const days = steps.map(({ daysAgo }) => daysAgo);
    expect(days).toEqual([...days].sort((a, b) => b - a));
  }
  const keys = STORIES.map(
    ({ environment, logicalEnvironment, name, kind }) =>
      `${environment} ${logicalEnvironment} ${name} ${kind}`,
  );
  expect(new Set(keys).size).toBe(keys.length);
});

test('a story that was told is not told again; one that was interrupted goes on', () => {
  for (const { steps } of STORIES) {
    const ended = steps.at(-1)?.does === 'decommission';
    const count = recordCount(steps);
    expect(stepsLeft(steps, 0, false)).toEqual(steps);
    expect(stepsLeft(steps, count, ended)).toEqual([]);
    if (ended) expect(stepsLeft(steps, count, false)).toEqual([steps.at(-1)]);
    if (count > 1) expect(recordCount(stepsLeft(steps, 1, false))).toBe(count - 1);
  }
});
