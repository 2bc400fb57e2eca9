import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/evidence/build-run/build-run.js';
import { mapBuildRun } from '../../../src/evidence/build-run/index.js';
import {
  type FormatCase,
  BUILDER,
  COMMIT,
  gitlabShop,
  JOB_URL,
  LONG_COMMIT,
  slsaV02,
  slsaV1,
  TIMES,
} from './statements.js';

const CASES: FormatCase[] = [
  [
    'npm on GitLab takes run, ref and trigger from the parameters',
    slsaV02(
      'https://github.com/npm/CLI/gitlab/v0alpha1',
      {
        configSource: {
          uri: 'git+https://gitlab.com/acme/apps/shop',
          digest: { sha1: COMMIT },
          entryPoint: 'publish',
        },
        parameters: {
          CI_COMMIT_REF_NAME: 'main',
          CI_CONFIG_PATH: '.gitlab-ci.yml',
          CI_JOB_ID: '712345',
          CI_JOB_STARTED_AT: '2026-03-01T10:00:00Z',
          CI_JOB_URL: JOB_URL,
          CI_PIPELINE_SOURCE: 'push',
        },
      },
      { buildInvocationId: JOB_URL },
    ),
    'npm-gitlab-v0.2',
    {
      buildType: 'https://github.com/npm/CLI/gitlab/v0alpha1',
      invocationId: JOB_URL,
      runUrl: JOB_URL,
      runId: '712345',
      ...gitlabShop,
      workflowPath: '.gitlab-ci.yml',
      workflowName: 'publish',
      trigger: 'push',
      startedOn: '2026-03-01T10:00:00Z',
    },
  ],
  [
    'GitLab v1 builds the job address from the source, and reads a commit under sha256',
    slsaV1(
      'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.0.0/PROVENANCE.md',
      {
        externalParameters: {
          source: 'https://gitlab.com/acme/apps/shop',
          entryPoint: 'build-job',
          variables: {
            CI_COMMIT_REF_NAME: 'main',
            CI_CONFIG_PATH: '.gitlab-ci.yml',
            CI_PIPELINE_SOURCE: 'schedule',
          },
        },
        resolvedDependencies: [{ uri: 'https://gitlab.com/acme/apps/shop', digest: { sha256: COMMIT } }],
      },
      { invocationId: 712345, ...TIMES },
    ),
    'gitlab-runner-v1',
    {
      buildType: 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.0.0/PROVENANCE.md',
      invocationId: '712345',
      runUrl: JOB_URL,
      runId: '712345',
      ...gitlabShop,
      workflowPath: '.gitlab-ci.yml',
      workflowName: 'build-job',
      trigger: 'schedule',
      ...TIMES,
    },
  ],
  [
    'GitLab v1 of the server, a repository with SHA-256 commits',
    slsaV1(
      'https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1',
      {
        externalParameters: { source: 'https://gitlab.com/acme/apps/shop', variables: {} },
        resolvedDependencies: [
          { uri: 'https://gitlab.com/acme/apps/shop', digest: { gitCommit: LONG_COMMIT } },
        ],
      },
      { invocationId: '712345' },
    ),
    'gitlab-runner-v1',
    {
      buildType: 'https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1',
      invocationId: '712345',
      runUrl: JOB_URL,
      runId: '712345',
      sourceRepo: 'https://gitlab.com/acme/apps/shop',
      sourceCommit: LONG_COMMIT,
    },
  ],
  [
    'GitLab runner v0.2 names no run; its entry point is the job',
    slsaV02(
      'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v15.1.0/PROVENANCE.md',
      {
        configSource: {
          uri: 'https://gitlab.com/acme/apps/shop',
          digest: { sha256: COMMIT },
          entryPoint: 'build',
        },
      },
      { buildStartedOn: TIMES.startedOn, buildFinishedOn: TIMES.finishedOn },
    ),
    'gitlab-runner-v0.2',
    {
      buildType: 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v15.1.0/PROVENANCE.md',
      sourceRepo: 'https://gitlab.com/acme/apps/shop',
      sourceCommit: COMMIT,
      workflowName: 'build',
      ...TIMES,
    },
  ],
];

describe('H5 builds on GitLab', () => {
  it.each(CASES)('%s', (_title, input, mapper, said) => {
    expect(mapBuildRun(input, null)).toEqual(claimsOf(mapper, { builderId: BUILDER, ...said }));
  });
});
