import { describe, expect, test } from 'vitest';
import { parseDuration, instantOption } from '../../src/cli/duration.js';
import { nearest } from '../../src/cli/nearest.js';
import { cut, relativeTime, safe, safeJson, shortDigest, width } from '../../src/cli/text.js';

describe('safe', () => {
  test.each([
    ['colour \u001b[31m', 'colour \\u001b[31m'],
    ['bidi \u202e', 'bidi \\u202e'],
    ['line\nnext\ttab\r', 'line\\u000anext\\u0009tab\\u000d'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['C1 \u009b', 'C1 \\u009b'],
    ['separator \u2028', 'separator \\u2028'],
    ['lone \ud800', 'lone \\ud800'],
    ['tag \u{e0041}', 'tag \\udb40\\udc41'],
    ['Zürich 東京 🚀', 'Zürich 東京 🚀'],
  ])('%j becomes %j', (text, shown) => expect(safe(text)).toBe(shown));
});

test('safeJson keeps the value and hides what could drive a terminal', () => {
  const value = { name: 'a\u202eb\u009bc\u{e0041}' };
  const json = safeJson(JSON.stringify(value));
  expect(json).not.toMatch(/[\u202e\u009b]/);
  expect(JSON.parse(json)).toEqual(value);
});

test('width counts terminal columns', () =>
  expect(['abc', '東京', 'e\u0301', '🚀'].map(width)).toEqual([3, 4, 1, 2]));

test('cut never exceeds the columns', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('東京都', 4)).toBe('東…');
  expect(cut('abc', 3)).toBe('abc');
});

test('relativeTime takes the largest unit', () => {
  const now = Date.parse('2026-11-21T09:00:00Z');
  const at = [
    '2026-11-21T08:59:55Z',
    '2026-11-21T08:57:00Z',
    '2026-11-21T07:00:00Z',
    '2026-11-01T09:00:00Z',
    '2026-11-21T09:01:30Z',
  ];
  expect(at.map((instant) => relativeTime(instant, now))).toEqual([
    '5s ago',
    '3m ago',
    '2h ago',
    '20d ago',
    'in 1m',
  ]);
});

test('shortDigest keeps twelve digits of any algorithm', () => {
  expect(shortDigest(`sha256:${'a'.repeat(64)}`)).toBe('sha256:aaaaaaaaaaaa');
  expect(shortDigest(`sha512:${'0'.repeat(128)}`)).toBe('sha512:000000000000');
});

test('durations have a unit', () => {
  expect(['500ms', '20s', '2h', '7d', '4w', '20', '-1s', '1.5h'].map(parseDuration)).toEqual([
    500,
    20_000,
    7_200_000,
    604_800_000,
    2_419_200_000,
    null,
    null,
    null,
  ]);
});

test('an instant is RFC 3339 with an offset, or a duration before now', () => {
  const now = Date.parse('2026-11-21T09:00:00Z');
  expect(instantOption('at', '2h', now)).toBe('2026-11-21T07:00:00.000Z');
  expect(instantOption('at', '2026-11-21T10:00:00+02:00', now)).toBe('2026-11-21T08:00:00.000Z');
  for (const text of ['yesterday', '2026-11-21', '2026-11-21T09:00:00', '2026-02-30T00:00:00Z', '999999999w'])
    expect(() => instantOption('at', text, now)).toThrow('--at is not an instant');
});

test('nearest finds a typing error and nothing far away', () => {
  const words = ['record', 'list', 'describe', 'history'];
  expect(['recrod', 'lst', 'hist', 'zzzzzzzz'].map((word) => nearest(word, words))).toEqual([
    'record',
    'list',
    'history',
    null,
  ]);
});
