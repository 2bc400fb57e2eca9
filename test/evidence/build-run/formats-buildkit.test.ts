import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/evidence/build-run/build-run.js';
import { mapBuildRun } from '../../../src/evidence/build-run/index.js';
import {
  type FormatCase,
  BUILDER,
  COMMIT,
  githubRun,
  RUN_URL,
  SHOP,
  slsa,
  slsaV1,
  TIMES,
} from './statements.js';

const BUILDKIT_V1 = 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md';

const CASES: FormatCase[] = [
  [
    'BuildKit v0.2 writes an empty builder id and the commit behind #',
    slsa('v0.2', {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: {
        configSource: { uri: `${SHOP}.git#${COMMIT}`, digest: { sha1: COMMIT }, entryPoint: 'Dockerfile' },
      },
      metadata: {
        buildInvocationID: 'k5n1',
        buildStartedOn: TIMES.startedOn,
        buildFinishedOn: TIMES.finishedOn,
      },
    }),
    'buildkit-v0.2',
    {
      builderId: null,
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocationId: 'k5n1',
      sourceRepo: SHOP,
      sourceCommit: COMMIT,
      workflowPath: 'Dockerfile',
      ...TIMES,
    },
  ],
  [
    'BuildKit v0.2 of a local checkout takes the noted remote, and the run from the builder id',
    slsa('v0.2', {
      builder: { id: RUN_URL },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { configSource: { entryPoint: 'Dockerfile' } },
      metadata: {
        buildInvocationID: 'k5n1',
        'https://mobyproject.org/buildkit@v1#metadata': { vcs: { source: `${SHOP}.git`, revision: COMMIT } },
      },
    }),
    'buildkit-v0.2',
    {
      builderId: RUN_URL,
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocationId: 'k5n1',
      ...githubRun,
      sourceRepo: SHOP,
      sourceCommit: COMMIT,
      workflowPath: 'Dockerfile',
    },
  ],
  [
    'BuildKit v1 has the ref behind #, and no commit for a changed checkout',
    slsaV1(
      BUILDKIT_V1,
      {
        externalParameters: {
          configSource: { uri: `${SHOP}.git#refs/tags/v2:services/web`, path: 'Dockerfile' },
        },
      },
      {
        invocationId: 'k5n1',
        buildkit_metadata: { vcs: { source: SHOP, revision: `${COMMIT}-dirty` } },
        ...TIMES,
      },
    ),
    'buildkit-v1',
    {
      buildType: BUILDKIT_V1,
      invocationId: 'k5n1',
      sourceRepo: SHOP,
      sourceRef: 'refs/tags/v2',
      workflowPath: 'Dockerfile',
      ...TIMES,
    },
  ],
];

describe('H5 builds by BuildKit', () => {
  it.each(CASES)('%s', (_title, input, mapper, said) => {
    expect(mapBuildRun(input, null)).toEqual(claimsOf(mapper, { builderId: BUILDER, ...said }));
  });
});
