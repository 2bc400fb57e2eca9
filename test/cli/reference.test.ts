import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { bashCompletion, fishCompletion, loadAll, zshCompletion } from '../../src/cli/completion.js';
import { renderReference } from '../../src/cli/reference.js';
import { runMain } from './run-main.js';

const loaded = await loadAll();

test('H44 the reference lists every command and every option', async () => {
  const text = await renderReference();
  for (const { path, command } of loaded) {
    expect(text).toContain(`rollcall ${path}`);
    for (const option of Object.keys(command.options)) expect(text).toContain(`--${option}`);
  }
});

test('H44 docs/CLI.md is what the commands print', async () => {
  expect(readFileSync(new URL('../../docs/CLI.md', import.meta.url), 'utf8')).toBe(await renderReference());
});

test('H27 to H33, H39 deployment record has the flags of the reference command', () => {
  const record = loaded.find(({ path }) => path === 'deployment record');
  const flags = ['env', 'logical-env', 'deployment-name', 'kind', 'oci-ref', 'digest', 'status'];
  expect(Object.keys(record?.command.options ?? {})).toEqual(expect.arrayContaining(flags));
});

test('H36 credentials of a registry are not accepted, because nothing would use them', async () => {
  expect((await runMain(['deployment', 'record', '--registry-server', 'x'])).exit).toBe(2);
});

describe('completion', () => {
  const scripts = { bash: bashCompletion(loaded), zsh: zshCompletion(loaded), fish: fishCompletion(loaded) };
  test.each(Object.entries(scripts))('for %s names every command and option', (shell, script) => {
    for (const { path, command } of loaded) {
      for (const word of path.split(' ')) expect(script).toContain(word);
      for (const option of Object.keys(command.options))
        expect(script).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`);
    }
  });
  test('for bash completes nouns, verbs and options', () => {
    const complete = (...words: string[]): string =>
      execFileSync(
        'bash',
        [
          '-c',
          `${scripts.bash}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _rollcall; echo "\${COMPREPLY[*]}"`,
          'x',
          ...words,
        ],
        { encoding: 'utf8' },
      ).trim();
    expect(complete('rollcall', 'depl')).toBe('deployment');
    expect(complete('rollcall', 'deployment', 're')).toBe('record');
    expect(complete('rollcall', 'deployment', 'record', '--deployment-n')).toBe('--deployment-name');
    expect(complete('rollcall', 'trace', '--out')).toBe('--output');
  });
  test('for another shell is a usage error', async () =>
    expect((await runMain(['completion', 'csh'])).exit).toBe(2));
});
