import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/evidence/build-run/build-run.js';
import { mapBuildRun } from '../../../src/evidence/build-run/index.js';
import { type FormatCase, BUILDER, COMMIT, SHOP, slsa, slsaV1, TIMES, UID } from './statements.js';

const BUILD_URL = `https://cloudbuild.googleapis.com/v1/projects/acme/locations/global/builds/${UID}`;

const CASES: FormatCase[] = [
  [
    'Google Cloud Build v1 takes the commit from the substitutions',
    slsaV1(
      'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1',
      {
        externalParameters: {
          buildConfigSource: { path: 'cloudbuild.yaml', ref: 'refs/heads/main', repository: `git+${SHOP}` },
        },
        internalParameters: {
          systemSubstitutions: { BUILD_ID: UID, COMMIT_SHA: COMMIT, TRIGGER_NAME: 'on push' },
          triggerUri: 'projects/1/locations/global/triggers/2',
        },
      },
      { invocationId: BUILD_URL, ...TIMES },
    ),
    'gcb-v1',
    {
      buildType: 'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1',
      invocationId: BUILD_URL,
      runUrl: BUILD_URL,
      runId: UID,
      sourceRepo: SHOP,
      sourceRef: 'refs/heads/main',
      sourceCommit: COMMIT,
      workflowPath: 'cloudbuild.yaml',
      workflowName: 'on push',
      trigger: 'projects/1/locations/global/triggers/2',
      ...TIMES,
    },
  ],
  [
    'Google Cloud Build v1 without substitutions takes the commit from the dependency and the id from the address',
    slsaV1(
      'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1',
      {
        externalParameters: { sourceToBuild: { ref: 'refs/heads/main', repository: SHOP } },
        resolvedDependencies: [{ uri: `git+${SHOP}@refs/heads/main`, digest: { sha1: COMMIT } }],
      },
      { invocationId: BUILD_URL },
    ),
    'gcb-v1',
    {
      buildType: 'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1',
      invocationId: BUILD_URL,
      runUrl: BUILD_URL,
      runId: UID,
      sourceRepo: SHOP,
      sourceRef: 'refs/heads/main',
      sourceCommit: COMMIT,
    },
  ],
  [
    'Google Cloud Build v0.1 keeps its build type in the recipe and the tag in the substitutions',
    slsa('v0.1', {
      builder: { id: BUILDER },
      metadata: {
        buildInvocationId: UID,
        buildStartedOn: TIMES.startedOn,
        buildFinishedOn: TIMES.finishedOn,
      },
      materials: [{ uri: SHOP, digest: { sha1: COMMIT } }],
      recipe: {
        type: 'https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1',
        entryPoint: 'cloudbuild.yaml',
        arguments: { substitutions: { TAG_NAME: 'v2', TRIGGER_NAME: 'on tag' } },
      },
    }),
    'gcb-v0.1',
    {
      buildType: 'https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1',
      invocationId: UID,
      runId: UID,
      sourceRepo: SHOP,
      sourceRef: 'v2',
      sourceCommit: COMMIT,
      workflowPath: 'cloudbuild.yaml',
      workflowName: 'on tag',
      ...TIMES,
    },
  ],
  [
    'Google Cloud Build v0.1 of 2022 has the commit in the address of the material',
    slsa('v0.1', {
      builder: { id: BUILDER },
      materials: [{ uri: `${SHOP}/commit/${COMMIT}` }],
      recipe: { type: 'https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2' },
    }),
    'gcb-v0.1',
    {
      buildType: 'https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2',
      sourceRepo: SHOP,
      sourceCommit: COMMIT,
    },
  ],
  [
    'Google Cloud Build v0.1 of an uploaded archive has neither repository nor commit',
    slsa('v0.1', {
      builder: { id: BUILDER },
      materials: [{ uri: 'gs://acme_cloudbuild/source/1.tgz#2', digest: { sha256: 'ab'.repeat(32) } }],
      recipe: { type: 'https://cloudbuild.googleapis.com/CloudBuildSteps@v0.1' },
    }),
    'gcb-v0.1',
    { buildType: 'https://cloudbuild.googleapis.com/CloudBuildSteps@v0.1' },
  ],
];

describe('H5 builds on Google Cloud Build', () => {
  it.each(CASES)('%s', (_title, input, mapper, said) => {
    expect(mapBuildRun(input, null)).toEqual(claimsOf(mapper, { builderId: BUILDER, ...said }));
  });
});
