import { expect, test } from 'vitest';
import { exitOf } from '../../src/cli/exit-codes.js';
import { ERRORS } from '../../src/platform/errors.js';

test.each(Object.entries(ERRORS))('the CLI ends %s as the closed table of errors says', (code, { exit }) => {
  expect(exitOf(code)).toBe(exit);
});

test('codes of the CLI itself have the exit codes of the domain model', () => {
  const codes = [
    'USAGE',
    'OPTION_CONFLICT',
    'SERVER_UNREACHABLE',
    'CONTEXT_NOT_FOUND',
    'INTERRUPTED',
    'SOMETHING_NEW',
  ];
  expect(codes.map(exitOf)).toEqual([2, 2, 7, 5, 130, 1]);
});
