/** The CI run that this process belongs to, as far as its variables tell. */
export interface CiRun {
  provider: string;
  /** The same for every process of one step of one run, different for every other run. */
  runId: string;
  /** Number of the try of this run; `1` where the CI does not count. */
  attempt: string;
  /** null = not told. */
  runUrl: string | null;
  commit: string | null;
  ref: string | null;
  actor: string | null;
}

interface Provider {
  name: string;
  /** Is set in every job of this CI. */
  marker: string;
  runId: readonly string[];
  attempt?: string;
  runUrl?: (env: Record<string, string | undefined>) => string | undefined;
  commit: string;
  ref: string;
  actor?: string;
}

const PROVIDERS: readonly Provider[] = [
  {
    name: 'github',
    marker: 'GITHUB_ACTIONS',
    runId: ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_JOB', 'GITHUB_ACTION'],
    attempt: 'GITHUB_RUN_ATTEMPT',
    runUrl: (env) =>
      `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`,
    commit: 'GITHUB_SHA',
    ref: 'GITHUB_REF',
    actor: 'GITHUB_ACTOR',
  },
  // A retried GitLab job has a new job id.
  {
    name: 'gitlab',
    marker: 'GITLAB_CI',
    runId: ['CI_SERVER_HOST', 'CI_PROJECT_ID', 'CI_PIPELINE_ID', 'CI_JOB_ID'],
    runUrl: (env) => env['CI_JOB_URL'],
    commit: 'CI_COMMIT_SHA',
    ref: 'CI_COMMIT_REF_NAME',
    actor: 'GITLAB_USER_LOGIN',
  },
  {
    name: 'buildkite',
    marker: 'BUILDKITE',
    runId: ['BUILDKITE_BUILD_ID', 'BUILDKITE_JOB_ID'],
    attempt: 'BUILDKITE_RETRY_COUNT',
    runUrl: (env) => env['BUILDKITE_BUILD_URL'],
    commit: 'BUILDKITE_COMMIT',
    ref: 'BUILDKITE_BRANCH',
    actor: 'BUILDKITE_BUILD_CREATOR',
  },
  {
    name: 'circleci',
    marker: 'CIRCLECI',
    runId: ['CIRCLE_WORKFLOW_ID', 'CIRCLE_WORKFLOW_JOB_ID', 'CIRCLE_BUILD_NUM'],
    runUrl: (env) => env['CIRCLE_BUILD_URL'],
    commit: 'CIRCLE_SHA1',
    ref: 'CIRCLE_BRANCH',
    actor: 'CIRCLE_USERNAME',
  },
  {
    name: 'jenkins',
    marker: 'JENKINS_URL',
    runId: ['JENKINS_URL', 'BUILD_TAG'],
    runUrl: (env) => env['BUILD_URL'],
    commit: 'GIT_COMMIT',
    ref: 'GIT_BRANCH',
    actor: 'BUILD_USER_ID',
  },
  {
    name: 'bitbucket',
    marker: 'BITBUCKET_BUILD_NUMBER',
    runId: [
      'BITBUCKET_REPO_FULL_NAME',
      'BITBUCKET_PIPELINE_UUID',
      'BITBUCKET_STEP_UUID',
      'BITBUCKET_BUILD_NUMBER',
    ],
    attempt: 'BITBUCKET_STEP_RUN_NUMBER',
    commit: 'BITBUCKET_COMMIT',
    ref: 'BITBUCKET_BRANCH',
    actor: 'BITBUCKET_STEP_TRIGGERER_UUID',
  },
  {
    name: 'teamcity',
    marker: 'TEAMCITY_VERSION',
    runId: ['TEAMCITY_PROJECT_NAME', 'TEAMCITY_BUILDCONF_NAME', 'BUILD_NUMBER'],
    runUrl: (env) => env['BUILD_URL'],
    commit: 'BUILD_VCS_NUMBER',
    ref: 'TEAMCITY_BUILD_BRANCH',
  },
  {
    name: 'azure',
    marker: 'TF_BUILD',
    runId: [
      'SYSTEM_COLLECTIONURI',
      'SYSTEM_TEAMPROJECTID',
      'BUILD_BUILDID',
      'SYSTEM_JOBID',
      'SYSTEM_TASKINSTANCEID',
    ],
    attempt: 'SYSTEM_JOBATTEMPT',
    commit: 'BUILD_SOURCEVERSION',
    ref: 'BUILD_SOURCEBRANCH',
    actor: 'BUILD_REQUESTEDFOR',
  },
];

/** Which CI run this is; null outside of CI, or when the CI does not say which run. */
export function detectCi(env: Record<string, string | undefined>): CiRun | null {
  const provider = PROVIDERS.find(({ marker }) => env[marker]);
  if (!provider) return null;
  const parts = provider.runId.map((name) => env[name] ?? '');
  if (parts.every((part) => part === '')) return null;
  return {
    provider: provider.name,
    runId: parts.join('/'),
    attempt: (provider.attempt && env[provider.attempt]) || '1',
    runUrl: provider.runUrl?.(env) ?? null,
    commit: env[provider.commit] ?? null,
    ref: env[provider.ref] ?? null,
    actor: (provider.actor && env[provider.actor]) || null,
  };
}

/**
 * The Idempotency-Key of one record of one step of one CI run: a retried request or a repeated step answers as the
 * first did. The observation time is part of it, so a step that goes A, B, A with times of its own is three calls.
 */
export function idempotencyKey(run: CiRun, parts: readonly (string | undefined)[]): string {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  hash.update(JSON.stringify([run.provider, run.runId, run.attempt, ...parts.map((part) => part ?? null)]));
  return hash.digest('hex');
}
