import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/evidence/build-run/build-run.js';
import { mapBuildRun } from '../../../src/evidence/build-run/index.js';
import {
  type FormatCase,
  BUILDER,
  COMMIT,
  GIT_SHOP,
  OTHER_COMMIT,
  SHOP,
  shopSource,
  slsa,
  slsaV02,
  slsaV1,
  statement,
  TIMES,
} from './statements.js';

const CASES: FormatCase[] = [
  [
    'an unknown v1 builder with one repository among the dependencies',
    slsaV1(
      'https://ci.example/type',
      {
        resolvedDependencies: [
          { uri: 'pkg:docker/alpine@3', digest: { sha256: 'ab'.repeat(32) } },
          { uri: 'bash@sha256:9e2b', digest: { sha256: 'ab'.repeat(32) } },
          { uri: `git+${SHOP}@refs/heads/main`, digest: { gitCommit: COMMIT } },
        ],
      },
      { invocationId: 'https://ci.example/runs/5', ...TIMES },
    ),
    'slsa-v1',
    {
      buildType: 'https://ci.example/type',
      invocationId: 'https://ci.example/runs/5',
      runUrl: 'https://ci.example/runs/5',
      sourceRepo: SHOP,
      sourceRef: 'refs/heads/main',
      sourceCommit: COMMIT,
      ...TIMES,
    },
  ],
  [
    'an unknown v1 builder with two repositories does not say which one was built',
    slsaV1('https://ci.example/type', {
      resolvedDependencies: [
        { uri: `git+${SHOP}`, digest: { gitCommit: COMMIT } },
        { uri: 'git+https://github.com/acme/tools', digest: { gitCommit: OTHER_COMMIT } },
      ],
    }),
    'slsa-v1',
    { buildType: 'https://ci.example/type' },
  ],
  [
    'an unknown v0.2 builder',
    slsaV02(
      'https://ci.example/type',
      { configSource: { ...GIT_SHOP, entryPoint: 'ci/build.yaml' } },
      { buildInvocationId: '17', buildStartedOn: '0001-01-01T00:00:00Z' },
    ),
    'slsa-v0.2',
    {
      buildType: 'https://ci.example/type',
      invocationId: '17',
      ...shopSource,
      workflowPath: 'ci/build.yaml',
    },
  ],
  [
    'an unknown v0.1 builder says which material holds the recipe',
    slsa('v0.1', {
      builder: { id: BUILDER },
      recipe: { type: 'https://ci.example/type', definedInMaterial: 1, entryPoint: 'Nightly build' },
      materials: [{ uri: 'git+https://github.com/acme/tools', digest: { sha1: OTHER_COMMIT } }, GIT_SHOP],
      metadata: { buildInvocationId: 'https://github.com/acme/shop/actions/runs/8100200300' },
    }),
    'slsa-v0.1',
    {
      buildType: 'https://ci.example/type',
      invocationId: 'https://github.com/acme/shop/actions/runs/8100200300',
      runId: '8100200300',
      runUrl: 'https://github.com/acme/shop/actions/runs/8100200300',
      ...shopSource,
      workflowName: 'Nightly build',
    },
  ],
];

describe('H5 builds by other builders', () => {
  it.each(CASES)('%s', (_title, input, mapper, said) => {
    expect(mapBuildRun(input, null)).toEqual(claimsOf(mapper, { builderId: BUILDER, ...said }));
  });

  it.each(['v1.0', 'v1.0?draft', 'v1-rc1', 'v1.1'])(
    'the predicate type /%s is read as SLSA v1',
    (version) => {
      expect(mapBuildRun(slsa(version, {}), null)?.mapper).toBe('slsa-v1');
    },
  );

  it.each([
    'https://spdx.dev/Document/v2.3',
    'https://cyclonedx.org/bom',
    'https://slsa.dev/verification_summary/v1',
    'https://docs.pypi.org/attestations/publish/v1',
    'https://cosign.sigstore.dev/attestation/v1',
    'https://slsa.dev/provenance/v10',
    'https://slsa.dev/provenance/v0.20',
    'https://evil.example/https://slsa.dev/provenance/v1',
  ])('%s is no provenance, so without a certificate nobody speaks', (predicateType) => {
    expect(mapBuildRun(statement(predicateType, { builder: { id: BUILDER } }), null)).toBeNull();
  });
});
