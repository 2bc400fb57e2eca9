import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, count, text, variable } from './claimed-value.js';
import {
  commitId,
  describedSource,
  type GitSource,
  gitSource,
  gitSources,
  sameRepository,
} from './git-source.js';
import { runAt } from './run-reference.js';
import { slsaV1Basics } from './slsa.js';
import { githubWorkflowPath } from './workflow-file.js';

/** slsa-github-generator's delegator (bring your own builder), SLSA v1 and its drafts. */
export const slsaGithubDelegatorV1 = ({ predicate }: Statement): BuildRunClaims =>
  generatorV1('slsa-github-delegator-v1', predicate);

/** slsa-github-generator's container-based builder, SLSA v1 and its drafts. */
export const slsaGithubContainerV1 = ({ predicate }: Statement): BuildRunClaims =>
  generatorV1('slsa-github-container-based-v1', predicate);

function generatorV1(mapper: string, predicate: unknown): BuildRunClaims {
  const basics = slsaV1Basics(predicate);
  const definition = at(predicate, 'buildDefinition');
  const environment = at(definition, 'internalParameters') ?? at(definition, 'systemParameters');
  const run = runAt(basics.invocationId);
  const source = generatorSource(definition, text(variable(environment, 'GITHUB_REPOSITORY')));
  const path = at(definition, 'externalParameters', 'workflowPath');
  return claimsOf(mapper, {
    ...basics,
    runUrl: run.runUrl,
    runId: run.runId ?? text(variable(environment, 'GITHUB_RUN_ID')),
    runAttempt: run.runAttempt ?? count(variable(environment, 'GITHUB_RUN_ATTEMPT')),
    sourceRepo: source?.repo ?? null,
    sourceRef: source?.ref ?? text(variable(environment, 'GITHUB_REF')),
    sourceCommit: source?.commit ?? commitId(variable(environment, 'GITHUB_SHA')),
    workflowPath:
      githubWorkflowPath(variable(environment, 'GITHUB_WORKFLOW_REF')) ?? githubWorkflowPath(path),
    trigger: text(variable(environment, 'GITHUB_EVENT_NAME')),
  });
}

/** The generator's own repository is among the dependencies too, so the source is named or picked by `owner/name`. */
function generatorSource(definition: unknown, repository: string | null): GitSource | null {
  const external = at(definition, 'externalParameters', 'source');
  const named = describedSource(external) ?? describedSource(at(external, 'artifact'));
  if (named !== null) return named;
  const sources = gitSources(at(definition, 'resolvedDependencies'));
  if (repository === null) return sources[0] ?? null;
  return (
    sources.find(({ repo }) => sameRepository(URL.parse(repo)?.pathname ?? '', `/${repository}`)) ??
    gitSource(`https://github.com/${repository}`)
  );
}
