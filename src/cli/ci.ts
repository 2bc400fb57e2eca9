const MARKERS = [
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'BUILDKITE',
  'CIRCLECI',
  'JENKINS_URL',
  'BITBUCKET_BUILD_NUMBER',
  'TEAMCITY_VERSION',
  'TF_BUILD',
];

/** True in a job of a CI that is known: its checkout is what the pipeline runs anyway. */
export const inCi = (env: Record<string, string | undefined>): boolean =>
  MARKERS.some((marker) => Boolean(env[marker]));
