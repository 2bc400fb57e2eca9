import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/evidence/build-run/build-run.js';
import { mapBuildRun } from '../../../src/evidence/build-run/index.js';
import {
  type FormatCase,
  BUILDER,
  COMMIT,
  OTHER_COMMIT,
  SHOP,
  slsaV02,
  slsaV1,
  TIMES,
  UID,
} from './statements.js';

const CATALOG = { uri: 'git+https://github.com/tektoncd/catalog.git', digest: { sha1: OTHER_COMMIT } };

const CASES: FormatCase[] = [
  [
    'Tekton Chains v1 takes the input, not the definition of the pipeline or its tasks',
    slsaV1(
      'https://tekton.dev/chains/v2/slsa',
      {
        externalParameters: {
          runSpec: {
            pipelineRef: {
              resolver: 'git',
              params: [
                { name: 'url', value: 'https://github.com/tektoncd/catalog' },
                { name: 'pathInRepo', value: 'pipelines/ci.yaml' },
              ],
            },
          },
        },
        resolvedDependencies: [
          { name: 'pipeline', ...CATALOG },
          { name: 'pipelineTask', ...CATALOG },
          { uri: 'oci://gcr.io/tekton/git-init', digest: { sha256: 'ab'.repeat(32) } },
          { name: 'inputs/result', uri: 'git+https://github.com/acme/shop.git', digest: { sha1: COMMIT } },
        ],
      },
      { invocationID: UID, ...TIMES },
    ),
    'tekton-v1',
    {
      buildType: 'https://tekton.dev/chains/v2/slsa',
      invocationId: UID,
      runId: UID,
      sourceRepo: SHOP,
      sourceCommit: COMMIT,
      workflowPath: 'pipelines/ci.yaml',
      ...TIMES,
    },
  ],
  [
    'Tekton Chains v1 with a definition only names no source',
    slsaV1(
      'https://tekton.dev/predicate/chains/slsa/v2',
      {
        externalParameters: { buildConfigSource: { path: 'tasks/build.yaml', repository: CATALOG.uri } },
        resolvedDependencies: [{ name: 'task', ...CATALOG }],
      },
      { invocationId: UID },
    ),
    'tekton-v1',
    {
      buildType: 'https://tekton.dev/predicate/chains/slsa/v2',
      invocationId: UID,
      runId: UID,
      workflowPath: 'tasks/build.yaml',
    },
  ],
  [
    'Tekton Chains v0.2 with an empty config source takes the git material',
    slsaV02(
      'tekton.dev/v1beta1/TaskRun',
      { configSource: {} },
      { buildStartedOn: TIMES.startedOn, buildFinishedOn: TIMES.finishedOn },
      {
        materials: [
          { uri: 'gcr.io/kaniko-project/executor', digest: { sha256: 'ab'.repeat(32) } },
          { uri: 'git+https://github.com/acme/shop.git', digest: { sha1: COMMIT } },
        ],
      },
    ),
    'tekton-v0.2',
    { buildType: 'tekton.dev/v1beta1/TaskRun', sourceRepo: SHOP, sourceCommit: COMMIT, ...TIMES },
  ],
  [
    'Tekton Chains v0.2 tells the definition of the pipeline from what it built',
    slsaV02(
      'tekton.dev/v1beta1/PipelineRun',
      { configSource: { ...CATALOG, entryPoint: 'pipelines/ci.yaml' } },
      {},
      { materials: [CATALOG, { uri: 'git+https://github.com/acme/shop', digest: { sha1: COMMIT } }] },
    ),
    'tekton-v0.2',
    {
      buildType: 'tekton.dev/v1beta1/PipelineRun',
      sourceRepo: SHOP,
      sourceCommit: COMMIT,
      workflowPath: 'pipelines/ci.yaml',
    },
  ],
];

describe('H5 builds on Tekton', () => {
  it.each(CASES)('%s', (_title, input, mapper, said) => {
    expect(mapBuildRun(input, null)).toEqual(claimsOf(mapper, { builderId: BUILDER, ...said }));
  });
});
