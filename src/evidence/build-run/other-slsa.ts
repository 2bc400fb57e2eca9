import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, list } from './claimed-value.js';
import { describedSource, type GitSource, gitSources, onlySource } from './git-source.js';
import { runAt } from './run-reference.js';
import { type SlsaBasics, slsaV0Basics, slsaV1Basics } from './slsa.js';
import { entryName, filePath } from './workflow-file.js';

/** SLSA v1 of a builder that is not known here. Which of several repositories was built is not said, so none is. */
export function otherSlsaV1({ predicate }: Statement): BuildRunClaims {
  const source = onlySource(gitSources(at(predicate, 'buildDefinition', 'resolvedDependencies')));
  return otherSlsa('slsa-v1', slsaV1Basics(predicate), source, undefined);
}

/** SLSA v0.2 of a builder that is not known here. */
export function otherSlsaV02({ predicate }: Statement): BuildRunClaims {
  const config = at(predicate, 'invocation', 'configSource');
  const source = describedSource(config) ?? onlySource(gitSources(at(predicate, 'materials')));
  return otherSlsa('slsa-v0.2', slsaV0Basics(predicate), source, at(config, 'entryPoint'));
}

/** SLSA v0.1 of a builder that is not known here. The recipe says which material it was read from. */
export function otherSlsaV01({ predicate }: Statement): BuildRunClaims {
  const materials = list(at(predicate, 'materials'));
  const index = at(predicate, 'recipe', 'definedInMaterial');
  const named = typeof index === 'number' ? describedSource(materials[index]) : null;
  const source = named ?? onlySource(gitSources(materials));
  return otherSlsa('slsa-v0.1', slsaV0Basics(predicate), source, at(predicate, 'recipe', 'entryPoint'));
}

function otherSlsa(
  mapper: string,
  basics: SlsaBasics,
  source: GitSource | null,
  entryPoint: unknown,
): BuildRunClaims {
  return claimsOf(mapper, {
    ...basics,
    ...runAt(basics.invocationId),
    sourceRepo: source?.repo ?? null,
    sourceRef: source?.ref ?? null,
    sourceCommit: source?.commit ?? null,
    workflowPath: filePath(entryPoint),
    workflowName: entryName(entryPoint),
  });
}
