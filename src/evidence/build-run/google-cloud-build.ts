import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, firstText, list, text } from './claimed-value.js';
import { commitId, describedSource, gitSource, gitSources, sameRepository } from './git-source.js';
import { runAt } from './run-reference.js';
import { slsaV0Basics, slsaV1Basics } from './slsa.js';

/** SLSA v1 of Google Cloud Build. A build that no trigger started names no repository. */
export function googleCloudBuildV1({ predicate }: Statement): BuildRunClaims {
  const basics = slsaV1Basics(predicate);
  const definition = at(predicate, 'buildDefinition');
  const external = at(definition, 'externalParameters');
  const internal = at(definition, 'internalParameters');
  const substitutions = at(internal, 'systemSubstitutions');
  const config = at(external, 'buildConfigSource');
  const build = at(external, 'sourceToBuild');
  const source = gitSource(at(config, 'repository')) ?? gitSource(at(build, 'repository'));
  const checkout = gitSources(at(definition, 'resolvedDependencies')).find(
    ({ repo }) => source !== null && sameRepository(repo, source.repo),
  );
  const run = runAt(basics.invocationId);
  return claimsOf('gcb-v1', {
    ...basics,
    ...run,
    runId: text(at(substitutions, 'BUILD_ID')) ?? run.runId,
    sourceRepo: source?.repo ?? null,
    sourceRef: firstText(at(config, 'ref'), at(build, 'ref')) ?? source?.ref ?? null,
    sourceCommit: commitId(at(substitutions, 'COMMIT_SHA')) ?? checkout?.commit ?? source?.commit ?? null,
    workflowPath: text(at(config, 'path')),
    workflowName: text(at(substitutions, 'TRIGGER_NAME')),
    trigger: text(at(internal, 'triggerUri')),
  });
}

/** SLSA v0.1 of Google Cloud Build. Sources uploaded to a bucket are no repository. */
export function googleCloudBuildV01({ predicate }: Statement): BuildRunClaims {
  const basics = slsaV0Basics(predicate);
  const recipe = at(predicate, 'recipe');
  const substitutions = at(recipe, 'arguments', 'substitutions');
  const source = describedSource(list(at(predicate, 'materials'))[0]);
  return claimsOf('gcb-v0.1', {
    ...basics,
    runId: basics.invocationId,
    sourceRepo: source?.repo ?? null,
    sourceRef:
      firstText(at(substitutions, 'TAG_NAME'), at(substitutions, 'BRANCH_NAME')) ?? source?.ref ?? null,
    sourceCommit: source?.commit ?? null,
    workflowPath: text(at(recipe, 'entryPoint')),
    workflowName: text(at(substitutions, 'TRIGGER_NAME')),
  });
}
