import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, text } from './claimed-value.js';
import { commitId, describedSource, type GitSource, gitSource } from './git-source.js';
import { runAt } from './run-reference.js';
import { type SlsaBasics, slsaV0Basics, slsaV1Basics } from './slsa.js';

const V02_METADATA = 'https://mobyproject.org/buildkit@v1#metadata';

/** SLSA v1 of BuildKit. */
export function buildkitV1({ predicate }: Statement): BuildRunClaims {
  const config = at(predicate, 'buildDefinition', 'externalParameters', 'configSource');
  const vcs = at(predicate, 'runDetails', 'metadata', 'buildkit_metadata', 'vcs');
  return buildkit('buildkit-v1', slsaV1Basics(predicate), config, at(config, 'path'), vcs);
}

/** SLSA v0.2 of BuildKit. */
export function buildkitV02({ predicate }: Statement): BuildRunClaims {
  const config = at(predicate, 'invocation', 'configSource');
  const vcs = at(predicate, 'metadata', V02_METADATA, 'vcs');
  return buildkit('buildkit-v0.2', slsaV0Basics(predicate), config, at(config, 'entryPoint'), vcs);
}

/**
 * The invocation id is random. Builds started by a CI system carry the address of its run as builder id or, in newer
 * versions, as invocation id. A build of a local directory has no config source; BuildKit then notes its checkout.
 */
function buildkit(
  mapper: string,
  basics: SlsaBasics,
  config: unknown,
  path: unknown,
  vcs: unknown,
): BuildRunClaims {
  const byInvocation = runAt(basics.invocationId);
  const byBuilder = runAt(basics.builderId);
  const run = byInvocation.runId !== null ? byInvocation : byBuilder.runId !== null ? byBuilder : null;
  const source = describedSource(config) ?? checkout(vcs);
  return claimsOf(mapper, {
    ...basics,
    ...run,
    sourceRepo: source?.repo ?? null,
    sourceRef: source?.ref ?? null,
    sourceCommit: source?.commit ?? null,
    workflowPath: text(path),
  });
}

function checkout(vcs: unknown): GitSource | null {
  const source = gitSource(at(vcs, 'source'));
  return source === null ? null : { ...source, commit: commitId(at(vcs, 'revision')) ?? source.commit };
}
