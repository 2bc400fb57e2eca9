import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/evidence/build-run/build-run.js';
import { mapBuildRun } from '../../../src/evidence/build-run/index.js';
import {
  type FormatCase,
  BUILDER,
  COMMIT,
  GIT_SHOP,
  githubEnvironment,
  githubRun,
  OTHER_COMMIT,
  RUN_URL,
  SHOP,
  shopSource,
  slsa,
  slsaV02,
  slsaV1,
} from './statements.js';

const CASES: FormatCase[] = [
  [
    'GitHub Actions v1 takes the commit from the dependency of the workflow repository, whatever its place',
    slsaV1(
      'https://actions.github.io/buildtypes/workflow/v1',
      {
        externalParameters: {
          workflow: { ref: 'refs/heads/main', repository: SHOP, path: '.github/workflows/release.yml' },
        },
        internalParameters: { github: { event_name: 'workflow_dispatch', repository_id: '1' } },
        resolvedDependencies: [
          { uri: 'git+https://github.com/acme/tools@refs/heads/main', digest: { gitCommit: OTHER_COMMIT } },
          { uri: 'git+https://github.com/Acme/Shop@refs/heads/old', digest: { gitCommit: OTHER_COMMIT } },
          { uri: 'git+https://github.com/Acme/Shop@refs/heads/main', digest: { gitCommit: COMMIT } },
        ],
      },
      { invocationId: RUN_URL },
    ),
    'github-actions-v1',
    {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      invocationId: RUN_URL,
      ...githubRun,
      sourceRepo: SHOP,
      sourceRef: 'refs/heads/main',
      sourceCommit: COMMIT,
      workflowPath: '.github/workflows/release.yml',
      trigger: 'workflow_dispatch',
    },
  ],
  [
    'GitHub Actions v1 has no commit when only other repositories are resolved',
    slsaV1('https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1', {
      externalParameters: { workflow: { ref: 'refs/heads/main', repository: SHOP } },
      resolvedDependencies: [
        { uri: 'git+https://github.com/acme/tools', digest: { gitCommit: OTHER_COMMIT } },
      ],
    }),
    'github-actions-v1',
    {
      buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
      sourceRepo: SHOP,
      sourceRef: 'refs/heads/main',
    },
  ],
  [
    'npm on GitHub v0.2 builds the run address from the environment',
    slsaV02(
      'https://github.com/npm/cli/gha/v2',
      {
        configSource: { ...GIT_SHOP, entryPoint: '.github/workflows/release.yml' },
        environment: githubEnvironment,
      },
      { buildInvocationId: '8100200300-2' },
    ),
    'npm-gha-v0.2',
    {
      buildType: 'https://github.com/npm/cli/gha/v2',
      invocationId: '8100200300-2',
      ...githubRun,
      ...shopSource,
      workflowPath: '.github/workflows/release.yml',
      trigger: 'push',
    },
  ],
  [
    'npm on GitHub before v2 has the workflow file in a reference as entry point',
    slsaV02(
      'https://github.com/npm/cli/gha@v1',
      { configSource: { ...GIT_SHOP, entryPoint: githubEnvironment.GITHUB_WORKFLOW_REF } },
      { buildInvocationId: '8100200300-2' },
    ),
    'npm-gha-v0.2',
    {
      buildType: 'https://github.com/npm/cli/gha@v1',
      invocationId: '8100200300-2',
      ...githubRun,
      ...shopSource,
      workflowPath: '.github/workflows/release.yml',
    },
  ],
  [
    'slsa-github-generator v0.2 reads a lower-case environment and the spelling ID',
    slsaV02(
      'https://github.com/slsa-framework/slsa-github-generator/generic@v1',
      {
        configSource: { ...GIT_SHOP, entryPoint: '.github/workflows/release.yml' },
        environment: { github_run_id: '8100200300', github_run_attempt: '2', github_event_name: 'release' },
      },
      { buildInvocationID: '8100200300-2' },
    ),
    'slsa-github-generator-v0.2',
    {
      buildType: 'https://github.com/slsa-framework/slsa-github-generator/generic@v1',
      invocationId: '8100200300-2',
      ...githubRun,
      ...shopSource,
      workflowPath: '.github/workflows/release.yml',
      trigger: 'release',
    },
  ],
  [
    'slsa-github-generator of 2022 has the name of the workflow as entry point',
    slsaV02(
      'https://github.com/slsa-framework/slsa-github-generator-go@v1',
      { configSource: { ...GIT_SHOP, entryPoint: 'Build / Release' } },
      { buildInvocationID: '8100200300-2' },
    ),
    'slsa-github-generator-v0.2',
    {
      buildType: 'https://github.com/slsa-framework/slsa-github-generator-go@v1',
      invocationId: '8100200300-2',
      ...githubRun,
      ...shopSource,
      workflowName: 'Build / Release',
    },
  ],
  [
    'the Node.js builder of slsa-github-generator writes an upper-case environment inside v0.2',
    slsaV02(
      'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
      {
        configSource: { ...GIT_SHOP, entryPoint: '.github/workflows/release.yml' },
        environment: githubEnvironment,
      },
      { buildInvocationId: '8100200300-2' },
    ),
    'slsa-github-generator-v0.2',
    {
      buildType: 'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
      invocationId: '8100200300-2',
      ...githubRun,
      ...shopSource,
      workflowPath: '.github/workflows/release.yml',
      trigger: 'push',
    },
  ],
  [
    'the delegator v1 picks the dependency that is the repository of the run',
    slsaV1(
      'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
      {
        internalParameters: githubEnvironment,
        resolvedDependencies: [
          { uri: 'git+https://github.com/acme/builder@refs/heads/main', digest: { gitCommit: OTHER_COMMIT } },
          { uri: GIT_SHOP.uri, digest: { gitCommit: COMMIT } },
        ],
      },
      { invocationId: RUN_URL },
    ),
    'slsa-github-delegator-v1',
    {
      buildType: 'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
      invocationId: RUN_URL,
      ...githubRun,
      ...shopSource,
      workflowPath: '.github/workflows/release.yml',
      trigger: 'push',
    },
  ],
  [
    'a draft of the delegator wraps its values and calls the environment systemParameters',
    slsa('v1.0?draft', {
      buildDefinition: {
        buildType: 'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
        externalParameters: {
          source: { artifact: GIT_SHOP },
          workflowPath: { value: '.github/workflows/release.yml' },
        },
        systemParameters: {
          GITHUB_EVENT_NAME: { value: 'push' },
          GITHUB_RUN_ID: { value: 8100200300 },
          GITHUB_RUN_ATTEMPT: { value: '2' },
        },
      },
      runDetails: { builder: { id: BUILDER }, metadata: {} },
    }),
    'slsa-github-delegator-v1',
    {
      buildType: 'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
      runId: '8100200300',
      runAttempt: 2,
      ...shopSource,
      workflowPath: '.github/workflows/release.yml',
      trigger: 'push',
    },
  ],
  [
    'the container-based builder v1 names its source; the generator among the dependencies is none',
    slsaV1(
      'https://slsa.dev/container-based-build/v0.1?draft',
      {
        externalParameters: { source: GIT_SHOP, configPath: 'build.toml' },
        internalParameters: { ...githubEnvironment, GITHUB_RUN_ID: 8100200300 },
        resolvedDependencies: [
          {
            uri: 'git+https://github.com/slsa-framework/slsa-github-generator@refs/tags/v1.10.0',
            digest: { sha256: 'cd'.repeat(32) },
          },
        ],
      },
      { invocationId: RUN_URL },
    ),
    'slsa-github-container-based-v1',
    {
      buildType: 'https://slsa.dev/container-based-build/v0.1?draft',
      invocationId: RUN_URL,
      ...githubRun,
      ...shopSource,
      workflowPath: '.github/workflows/release.yml',
      trigger: 'push',
    },
  ],
];

describe('H5 builds on GitHub', () => {
  it.each(CASES)('%s', (_title, input, mapper, said) => {
    expect(mapBuildRun(input, null)).toEqual(claimsOf(mapper, { builderId: BUILDER, ...said }));
  });
});
