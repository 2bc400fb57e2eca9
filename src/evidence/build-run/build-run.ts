/**
 * What an attestation says about the CI run that built its subjects. Every value is a claim of the signer; null
 * means the predicate does not say it, or says it in a form that is not accepted. Texts are as written.
 */
export interface BuildRunClaims {
  /** Which reading of the predicate these claims come from, for example `github-actions-v1`. */
  mapper: string;
  builderId: string | null;
  buildType: string | null;
  invocationId: string | null;
  /** The id of the run in its CI system, without the attempt. */
  runId: string | null;
  runAttempt: number | null;
  /** http(s) only. */
  runUrl: string | null;
  /** A web address without userinfo, `.git`, ref or trailing slash. */
  sourceRepo: string | null;
  /** As written: `refs/heads/main`, or `main` where the CI system gives short names. */
  sourceRef: string | null;
  /** 40 or 64 lower-case hex digits. */
  sourceCommit: string | null;
  /** The file that defines the build, relative to its repository. */
  workflowPath: string | null;
  workflowName: string | null;
  trigger: string | null;
  /** RFC 3339 as written; `toInstant` gives UTC. */
  startedOn: string | null;
  finishedOn: string | null;
  project: string | null;
  projectVersion: string | null;
  organization: string | null;
  contractName: string | null;
  contractVersion: string | null;
  policyAttBlocked: boolean | null;
  policyHasViolations: boolean | null;
  /** `sha256:…` of the policy evaluations that were stored apart from the attestation. */
  policyEvaluationsRef: string | null;
}

const NOTHING_SAID: Omit<BuildRunClaims, 'mapper'> = {
  builderId: null,
  buildType: null,
  invocationId: null,
  runId: null,
  runAttempt: null,
  runUrl: null,
  sourceRepo: null,
  sourceRef: null,
  sourceCommit: null,
  workflowPath: null,
  workflowName: null,
  trigger: null,
  startedOn: null,
  finishedOn: null,
  project: null,
  projectVersion: null,
  organization: null,
  contractName: null,
  contractVersion: null,
  policyAttBlocked: null,
  policyHasViolations: null,
  policyEvaluationsRef: null,
};

/** Fills what a mapper does not speak of with null. */
export const claimsOf = (mapper: string, said: Partial<Omit<BuildRunClaims, 'mapper'>>): BuildRunClaims => ({
  mapper,
  ...NOTHING_SAID,
  ...said,
});
