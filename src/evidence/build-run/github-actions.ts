import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, text } from './claimed-value.js';
import { gitSource, gitSources, sameRepository } from './git-source.js';
import { runAt } from './run-reference.js';
import { slsaV1Basics } from './slsa.js';

/** SLSA v1 of GitHub's artifact attestations and of `npm publish` on GitHub. */
export function githubActionsV1({ predicate }: Statement): BuildRunClaims {
  const basics = slsaV1Basics(predicate);
  const definition = at(predicate, 'buildDefinition');
  const workflow = at(definition, 'externalParameters', 'workflow');
  const source = gitSource(at(workflow, 'repository'));
  const ref = text(at(workflow, 'ref'));
  // Other repositories may be listed first, and the same one may be listed at a second ref.
  const checkouts = gitSources(at(definition, 'resolvedDependencies')).filter(
    (checkout) => source !== null && sameRepository(checkout.repo, source.repo),
  );
  const checkout = checkouts.find((one) => one.ref === ref) ?? checkouts[0];
  return claimsOf('github-actions-v1', {
    ...basics,
    ...runAt(basics.invocationId),
    sourceRepo: source?.repo ?? null,
    sourceRef: ref ?? source?.ref ?? null,
    sourceCommit: checkout?.commit ?? null,
    workflowPath: text(at(workflow, 'path')),
    trigger: text(at(definition, 'internalParameters', 'github', 'event_name')),
  });
}
