import type { BuildRunClaims } from './build-run.js';
import { at, firstText, text, time } from './claimed-value.js';

/** What every SLSA predicate says in a place that depends on the version only. */
export type SlsaBasics = Pick<
  BuildRunClaims,
  'builderId' | 'buildType' | 'invocationId' | 'startedOn' | 'finishedOn'
>;

/** The fields that every SLSA v1 predicate has in the same place. */
export function slsaV1Basics(predicate: unknown): SlsaBasics {
  const metadata = at(predicate, 'runDetails', 'metadata');
  return {
    builderId: text(at(predicate, 'runDetails', 'builder', 'id')),
    buildType: text(at(predicate, 'buildDefinition', 'buildType')),
    invocationId: invocationIdOf(metadata),
    startedOn: time(at(metadata, 'startedOn')),
    finishedOn: time(at(metadata, 'finishedOn')),
  };
}

/** The fields that SLSA v0.1 and v0.2 predicates have in the same place. */
export function slsaV0Basics(predicate: unknown): SlsaBasics {
  const metadata = at(predicate, 'metadata');
  return {
    builderId: text(at(predicate, 'builder', 'id')),
    buildType: firstText(at(predicate, 'buildType'), at(predicate, 'recipe', 'type')),
    invocationId: invocationIdOf(metadata),
    startedOn: time(at(metadata, 'buildStartedOn')),
    finishedOn: time(at(metadata, 'buildFinishedOn')),
  };
}

// Builders disagree about the spelling, whatever the version.
const invocationIdOf = (metadata: unknown): string | null =>
  firstText(
    at(metadata, 'invocationId'),
    at(metadata, 'invocationID'),
    at(metadata, 'buildInvocationId'),
    at(metadata, 'buildInvocationID'),
  );
