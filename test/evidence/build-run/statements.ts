import type { BuildRunClaims } from '../../../src/evidence/build-run/build-run.js';
import type { Statement } from '../../../src/evidence/statement.js';

export const BUILDER = 'https://ci.example/builder';
export const COMMIT = '5d2c3a7f90b14e6d8a1b2c3d4e5f60718293a4b5';
export const OTHER_COMMIT = '00112233445566778899aabbccddeeff00112233';
export const LONG_COMMIT = `${COMMIT}${COMMIT.slice(0, 24)}`;

export const statement = (
  predicateType: string,
  predicate: unknown,
  subject: Statement['subject'] = [{ name: 'app.tgz', digest: { sha256: 'ab'.repeat(32) } }],
): Statement => ({ _type: 'https://in-toto.io/Statement/v1', predicateType, subject, predicate });

export const slsa = (version: string, predicate: unknown): Statement =>
  statement(`https://slsa.dev/provenance/${version}`, predicate);

/** A SLSA v1 statement in its usual form. */
export const slsaV1 = (
  buildType: string,
  definition: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
  builder = BUILDER,
): Statement =>
  slsa('v1', {
    buildDefinition: { buildType, ...definition },
    runDetails: { builder: { id: builder }, metadata },
  });

/** A SLSA v0.2 statement in its usual form. */
export const slsaV02 = (
  buildType: string,
  invocation: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Statement => slsa('v0.2', { builder: { id: BUILDER }, buildType, invocation, metadata, ...more });

export const githubEnvironment = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/tags/v2',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_RUN_ID: '8100200300',
  GITHUB_SHA: COMMIT,
  GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/release.yml@refs/tags/v2',
};

export const RUN_URL = 'https://github.com/acme/shop/actions/runs/8100200300/attempts/2';

export const SHOP = 'https://github.com/acme/shop';

export const GIT_SHOP = { uri: 'git+https://github.com/acme/shop@refs/tags/v2', digest: { sha1: COMMIT } };

export const githubRun = { runId: '8100200300', runAttempt: 2, runUrl: RUN_URL };

export const shopSource = { sourceRepo: SHOP, sourceRef: 'refs/tags/v2', sourceCommit: COMMIT };

export const TIMES = { startedOn: '2026-03-01T10:00:00.123456789Z', finishedOn: '2026-03-01T12:01:00+02:00' };

export const JOB_URL = 'https://gitlab.com/acme/apps/shop/-/jobs/712345';

export const gitlabShop = {
  sourceRepo: 'https://gitlab.com/acme/apps/shop',
  sourceRef: 'main',
  sourceCommit: COMMIT,
};

export const UID = '3f2b8a52-6c1d-4a53-9e0c-0c9f6f0a7d11';

/** Title, input, and the claims that are expected besides the builder id; everything else must be null. */
export type FormatCase = [
  title: string,
  input: Statement,
  mapper: string,
  said: Partial<Omit<BuildRunClaims, 'mapper'>>,
];
