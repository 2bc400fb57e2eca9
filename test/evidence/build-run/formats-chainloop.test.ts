import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/evidence/build-run/build-run.js';
import { mapBuildRun } from '../../../src/evidence/build-run/index.js';
import type { Statement } from '../../../src/evidence/statement.js';
import {
  type FormatCase,
  BUILDER,
  COMMIT,
  githubEnvironment,
  gitlabShop,
  JOB_URL,
  SHOP,
  shopSource,
  statement,
  TIMES,
  UID,
} from './statements.js';

const chainloop = (predicate: Record<string, unknown>, remote: string): Statement =>
  statement(
    'chainloop.dev/attestation/v0.2',
    { builder: { id: BUILDER }, buildType: 'chainloop.dev/workflowrun/v0.1', ...predicate },
    [
      { name: 'chainloop.workflow.release', digest: { sha256: 'ab'.repeat(32) } },
      {
        name: 'git.head',
        digest: { sha1: COMMIT },
        annotations: {
          remotes: [
            { name: 'upstream', url: 'https://github.com/upstream/shop' },
            { name: 'origin', url: remote },
          ],
        },
      },
    ],
  );

const CASES: FormatCase[] = [
  [
    'Chainloop on GitHub: run from the runner URL, commit from git.head, and its own project, contract and policy facts',
    chainloop(
      {
        env: { GITHUB_REF: 'refs/tags/v2', GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '8100200300' },
        metadata: {
          contractName: 'shop-release',
          contractVersion: '10',
          finishedAt: TIMES.finishedOn,
          initializedAt: TIMES.startedOn,
          name: 'release',
          organization: 'acme',
          project: 'shop',
          projectVersion: 'v2',
          workflowName: 'release',
          workflowRunID: UID,
        },
        policyAttBlocked: false,
        policyHasViolations: true,
        policyEvaluationsRef: { name: 'evaluations', digest: { sha256: 'ef'.repeat(32) } },
        runnerURL: 'https://github.com/acme/shop/actions/runs/8100200300',
        runnerWorkflowFilePath: githubEnvironment.GITHUB_WORKFLOW_REF,
      },
      'git@github.com:acme/fork.git',
    ),
    'chainloop-v0.2',
    {
      buildType: 'chainloop.dev/workflowrun/v0.1',
      invocationId: UID,
      runId: '8100200300',
      runUrl: 'https://github.com/acme/shop/actions/runs/8100200300',
      ...shopSource,
      workflowPath: '.github/workflows/release.yml',
      workflowName: 'release',
      ...TIMES,
      project: 'shop',
      projectVersion: 'v2',
      organization: 'acme',
      contractName: 'shop-release',
      contractVersion: '10',
      policyAttBlocked: false,
      policyHasViolations: true,
      policyEvaluationsRef: `sha256:${'ef'.repeat(32)}`,
    },
  ],
  [
    'Chainloop on GitLab: project address, ref and trigger from the environment',
    chainloop(
      {
        env: {
          CI_COMMIT_REF_NAME: 'main',
          CI_PIPELINE_SOURCE: 'web',
          CI_PROJECT_URL: 'https://gitlab.com/acme/apps/shop',
        },
        metadata: { name: 'release', workflowRunID: UID },
        runnerURL: JOB_URL,
      },
      'https://gitlab.com/other/shop',
    ),
    'chainloop-v0.2',
    {
      buildType: 'chainloop.dev/workflowrun/v0.1',
      invocationId: UID,
      runId: '712345',
      runUrl: JOB_URL,
      ...gitlabShop,
      workflowName: 'release',
      trigger: 'web',
    },
  ],
  [
    'Chainloop outside CI: the origin remote, without the token in its address',
    chainloop(
      { metadata: { name: 'release', workflowRunID: UID }, runnerURL: 'tekton://ci/taskruns/x' },
      'https://ci-token:secret@github.com/acme/shop.git',
    ),
    'chainloop-v0.2',
    {
      buildType: 'chainloop.dev/workflowrun/v0.1',
      invocationId: UID,
      sourceRepo: SHOP,
      sourceCommit: COMMIT,
      workflowName: 'release',
    },
  ],
];

describe('H5 builds recorded by Chainloop', () => {
  it.each(CASES)('%s', (_title, input, mapper, said) => {
    expect(mapBuildRun(input, null)).toEqual(claimsOf(mapper, { builderId: BUILDER, ...said }));
  });
});
