import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, count, text, variable } from './claimed-value.js';
import { describedSource } from './git-source.js';
import { githubRunUrl, runReference } from './run-reference.js';
import { slsaV0Basics } from './slsa.js';
import { entryName, githubWorkflowPath } from './workflow-file.js';

/** `npm publish` on GitHub before npm wrote SLSA v1. */
export function npmGithub({ predicate }: Statement): BuildRunClaims {
  return githubV02('npm-gha-v0.2', predicate);
}

/** slsa-github-generator before SLSA v1, the Node.js builder included; it writes the environment in upper case. */
export function slsaGithubGeneratorV02({ predicate }: Statement): BuildRunClaims {
  return githubV02('slsa-github-generator-v0.2', predicate);
}

function githubV02(mapper: string, predicate: unknown): BuildRunClaims {
  const basics = slsaV0Basics(predicate);
  const environment = at(predicate, 'invocation', 'environment');
  const config = at(predicate, 'invocation', 'configSource');
  const entryPoint = at(config, 'entryPoint');
  const source = describedSource(config);
  const invocation = runReference(basics.invocationId);
  const runId = text(variable(environment, 'GITHUB_RUN_ID')) ?? invocation?.id ?? null;
  const runAttempt = count(variable(environment, 'GITHUB_RUN_ATTEMPT')) ?? invocation?.attempt ?? null;
  return claimsOf(mapper, {
    ...basics,
    runId,
    runAttempt,
    runUrl: githubRunUrl(source?.repo ?? null, runId, runAttempt),
    sourceRepo: source?.repo ?? null,
    sourceRef: source?.ref ?? text(variable(environment, 'GITHUB_REF')),
    sourceCommit: source?.commit ?? null,
    workflowPath:
      githubWorkflowPath(variable(environment, 'GITHUB_WORKFLOW_REF')) ?? githubWorkflowPath(entryPoint),
    // Until August 2022 the generator wrote the name of the workflow instead of its file.
    workflowName: entryName(entryPoint),
    trigger: text(variable(environment, 'GITHUB_EVENT_NAME')),
  });
}
