import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, list, text } from './claimed-value.js';
import { commitId, commitOf, describedSource, gitSource } from './git-source.js';
import { runAt } from './run-reference.js';
import { slsaV0Basics, slsaV1Basics } from './slsa.js';

/** SLSA v1 of GitLab and of its runner. */
export function gitlabRunnerV1({ predicate }: Statement): BuildRunClaims {
  const basics = slsaV1Basics(predicate);
  const definition = at(predicate, 'buildDefinition');
  const external = at(definition, 'externalParameters');
  const variables = at(external, 'variables');
  const source = gitSource(at(external, 'source'));
  const first = list(at(definition, 'resolvedDependencies'))[0];
  const jobId = /^\d{1,20}$/.exec(basics.invocationId ?? '')?.[0] ?? null;
  const job = source === null || jobId === null ? basics.invocationId : `${source.repo}/-/jobs/${jobId}`;
  return claimsOf('gitlab-runner-v1', {
    ...basics,
    ...runAt(job),
    ...(jobId === null ? {} : { runId: jobId }),
    sourceRepo: source?.repo ?? null,
    sourceRef: text(at(variables, 'CI_COMMIT_REF_NAME')) ?? source?.ref ?? null,
    sourceCommit: runnerCommit(at(first, 'digest')) ?? source?.commit ?? null,
    workflowPath: text(at(variables, 'CI_CONFIG_PATH')),
    workflowName: text(at(external, 'entryPoint')),
    trigger: text(at(variables, 'CI_PIPELINE_SOURCE')),
  });
}

/** SLSA v0.2 of GitLab's runner; it does not name the run. */
export function gitlabRunnerV02({ predicate }: Statement): BuildRunClaims {
  const config = at(predicate, 'invocation', 'configSource');
  const source = describedSource(config);
  return claimsOf('gitlab-runner-v0.2', {
    ...slsaV0Basics(predicate),
    sourceRepo: source?.repo ?? null,
    sourceRef: source?.ref ?? null,
    sourceCommit: runnerCommit(at(config, 'digest')) ?? source?.commit ?? null,
    workflowName: text(at(config, 'entryPoint')),
  });
}

// The runner writes the commit under `sha256`, whatever its length.
const runnerCommit = (digest: unknown): string | null => commitOf(digest) ?? commitId(at(digest, 'sha256'));
