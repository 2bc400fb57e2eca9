import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, list, text } from './claimed-value.js';
import { describedSource, type GitSource, gitSources, sameRepository } from './git-source.js';
import { slsaV0Basics, slsaV1Basics } from './slsa.js';
import { entryName, filePath } from './workflow-file.js';

// Where Tekton found the pipeline or task; the code that was built may live elsewhere.
const DEFINITION = /^(?:config\/)?(?:pipeline|task|pipelineTask)$/;
const INPUT = /^inputs?\/result/;

/** SLSA v1 of Tekton Chains. The run is known by its UID only. */
export function tektonV1({ predicate }: Statement): BuildRunClaims {
  const basics = slsaV1Basics(predicate);
  const definition = at(predicate, 'buildDefinition');
  const external = at(definition, 'externalParameters');
  const source = builtSource(list(at(definition, 'resolvedDependencies')));
  return claimsOf('tekton-v1', {
    ...basics,
    runId: basics.invocationId,
    sourceRepo: source?.repo ?? null,
    sourceRef: source?.ref ?? null,
    sourceCommit: source?.commit ?? null,
    workflowPath: text(at(external, 'buildConfigSource', 'path')) ?? pathInRepo(at(external, 'runSpec')),
  });
}

function builtSource(dependencies: readonly unknown[]): GitSource | null {
  const nameOf = (dependency: unknown): string => text(at(dependency, 'name')) ?? '';
  const inputs = dependencies.filter((dependency) => INPUT.test(nameOf(dependency)));
  const others = dependencies.filter((dependency) => !DEFINITION.test(nameOf(dependency)));
  return gitSources(inputs)[0] ?? gitSources(others)[0] ?? null;
}

function pathInRepo(runSpec: unknown): string | null {
  for (const reference of ['pipelineRef', 'taskRef']) {
    const parameters = list(at(runSpec, reference, 'params'));
    const path = parameters.find((parameter) => at(parameter, 'name') === 'pathInRepo');
    const said = text(at(path, 'value'));
    if (said !== null) return said;
  }
  return null;
}

/** SLSA v0.2 of Tekton Chains. The config source is the definition of the pipeline; materials hold what was built. */
export function tektonV02({ predicate }: Statement): BuildRunClaims {
  const basics = slsaV0Basics(predicate);
  const config = at(predicate, 'invocation', 'configSource');
  const definition = describedSource(config);
  const materials = gitSources(at(predicate, 'materials'));
  const source =
    materials.find((material) => definition === null || !sameRepository(material.repo, definition.repo)) ??
    definition;
  return claimsOf('tekton-v0.2', {
    ...basics,
    runId: basics.invocationId,
    sourceRepo: source?.repo ?? null,
    sourceRef: source?.ref ?? null,
    sourceCommit: source?.commit ?? null,
    workflowPath: filePath(at(config, 'entryPoint')),
    workflowName: entryName(at(config, 'entryPoint')),
  });
}
