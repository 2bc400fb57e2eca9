import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeGithubOutputs } from '../../src/cli/ci-outputs.js';
import { detectCi, idempotencyKey } from '../../src/cli/ci.js';

const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/app',
  GITHUB_RUN_ID: '7',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_JOB: 'deploy',
  GITHUB_ACTION: '__run',
  GITHUB_SHA: 'c0ffee',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_ACTOR: 'ada',
};

describe('detectCi', () => {
  test('knows GitHub Actions', () => {
    expect(detectCi(GITHUB)).toEqual({
      provider: 'github',
      runId: 'acme/app/7/deploy/__run',
      attempt: '2',
      runUrl: 'https://github.com/acme/app/actions/runs/7',
      commit: 'c0ffee',
      ref: 'refs/heads/main',
      actor: 'ada',
    });
  });
  test.each([
    ['gitlab', { GITLAB_CI: 'true', CI_JOB_ID: '1', CI_COMMIT_SHA: 'c' }],
    ['buildkite', { BUILDKITE: 'true', BUILDKITE_BUILD_ID: '1', BUILDKITE_COMMIT: 'c' }],
    ['circleci', { CIRCLECI: 'true', CIRCLE_BUILD_NUM: '1', CIRCLE_SHA1: 'c' }],
    ['jenkins', { JENKINS_URL: 'https://j', BUILD_TAG: '1', GIT_COMMIT: 'c' }],
    ['bitbucket', { BITBUCKET_BUILD_NUMBER: '1', BITBUCKET_COMMIT: 'c' }],
    ['teamcity', { TEAMCITY_VERSION: '1', BUILD_NUMBER: '1', BUILD_VCS_NUMBER: 'c' }],
    ['azure', { TF_BUILD: 'True', BUILD_BUILDID: '1', BUILD_SOURCEVERSION: 'c' }],
  ])('knows %s', (provider, env) => {
    expect(detectCi(env as Record<string, string>)).toMatchObject({ provider, commit: 'c', attempt: '1' });
  });
  test('is null outside of CI, and where the run is not told', () => {
    expect(detectCi({})).toBeNull();
    expect(detectCi({ GITHUB_ACTIONS: 'true' })).toBeNull();
    expect(detectCi({ CI: 'true' })).toBeNull();
  });
});

test('the idempotency key is the same for the same step and differs with run, attempt, place and artifact', () => {
  const run = detectCi(GITHUB);
  const retried = detectCi({ ...GITHUB, GITHUB_RUN_ATTEMPT: '3' });
  const other = detectCi({ ...GITHUB, GITHUB_RUN_ID: '8' });
  if (!run || !retried || !other) throw new Error('not detected');
  const parts = ['https://r', 'east', undefined, 'web', 'FILE', 'sha256:a', 'DEPLOYED'];
  const key = idempotencyKey(run, parts);
  expect(idempotencyKey(run, parts)).toBe(key);
  const others = [
    idempotencyKey(retried, parts),
    idempotencyKey(other, parts),
    idempotencyKey(run, ['https://r', 'east', '', 'web', 'FILE', 'sha256:a', 'DEPLOYED']),
    idempotencyKey(run, ['https://r', 'east', undefined, 'web', 'FILE', 'sha256:b', 'DEPLOYED']),
  ];
  expect(new Set([key, ...others]).size).toBe(5);
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
