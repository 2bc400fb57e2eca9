import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, firstText, text, time, webUrl } from './claimed-value.js';
import { describedSource } from './git-source.js';
import { runAt } from './run-reference.js';
import { slsaV0Basics } from './slsa.js';

/** `npm publish` on GitLab. */
export function npmGitlab({ predicate }: Statement): BuildRunClaims {
  const basics = slsaV0Basics(predicate);
  const config = at(predicate, 'invocation', 'configSource');
  const parameters = at(predicate, 'invocation', 'parameters');
  const environment = at(predicate, 'invocation', 'environment');
  const source = describedSource(config);
  const run = runAt(webUrl(basics.invocationId) ?? at(parameters, 'CI_JOB_URL'));
  return claimsOf('npm-gitlab-v0.2', {
    ...basics,
    ...run,
    runId: run.runId ?? firstText(at(parameters, 'CI_JOB_ID'), at(environment, 'job', 'id')),
    sourceRepo: source?.repo ?? null,
    sourceRef: source?.ref ?? text(at(parameters, 'CI_COMMIT_REF_NAME')),
    sourceCommit: source?.commit ?? null,
    workflowPath: firstText(at(parameters, 'CI_CONFIG_PATH'), at(environment, 'pipeline', 'ref')),
    workflowName: text(at(config, 'entryPoint')),
    trigger: text(at(parameters, 'CI_PIPELINE_SOURCE')),
    startedOn: basics.startedOn ?? time(at(parameters, 'CI_JOB_STARTED_AT')),
  });
}
