import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeGithubOutputs } from '../../src/cli/ci-outputs.js';
import { inCi } from '../../src/cli/ci.js';

test.each([
  [{ GITHUB_ACTIONS: 'true' }, true],
  [{ GITLAB_CI: 'true' }, true],
  [{ BUILDKITE: 'true' }, true],
  [{ CIRCLECI: 'true' }, true],
  [{ JENKINS_URL: 'https://j' }, true],
  [{ BITBUCKET_BUILD_NUMBER: '1' }, true],
  [{ TEAMCITY_VERSION: '1' }, true],
  [{ TF_BUILD: 'True' }, true],
  [{ CI: 'true' }, false],
  [{ GITHUB_ACTIONS: '' }, false],
  [{}, false],
])('%j is a CI that is known: %s', (env, known) => {
  expect(inCi(env as Record<string, string>)).toBe(known);
});

test('outputs of a GitHub step cannot be extended by a name', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rollcall-cli-'));
  const env = { GITHUB_OUTPUT: join(dir, 'output'), GITHUB_STEP_SUMMARY: join(dir, 'summary') };
  const record = {
    id: 'rec_1\nevil=1',
    deployment: { id: 'dep_1', name: 'a|b\n<script>`x`', kind: 'FILE' },
    environmentName: 'default',
    logicalEnvironmentName: '[x](y)',
    artifact: { digest: 'sha256:a' },
  };
  writeGithubOutputs(env, { outcome: 'CREATED', record: record as never });
  expect(readFileSync(env.GITHUB_OUTPUT, 'utf8')).toBe('record-id=rec_1evil=1\noutcome=CREATED\n');
  const row = readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8').trim().split('\n').at(-1);
  expect(row).toBe(
    '| CREATED | a&#124;b &#60;script&#62;&#96;x&#96; | default | &#91;x&#93;(y) | sha256:a | rec&#95;1 evil=1 |',
  );
});
