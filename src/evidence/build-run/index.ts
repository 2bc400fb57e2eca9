import type { CertificateFacts } from '../certificate.js';
import type { Statement } from '../statement.js';
import type { BuildRunClaims } from './build-run.js';
import { buildkitV02, buildkitV1 } from './buildkit.js';
import { chainloopV02 } from './chainloop.js';
import { at, text } from './claimed-value.js';
import { certificateBuildRun } from './fulcio-certificate.js';
import { githubActionsV1 } from './github-actions.js';
import { npmGithub, slsaGithubGeneratorV02 } from './github-v02.js';
import { gitlabRunnerV02, gitlabRunnerV1 } from './gitlab-runner.js';
import { googleCloudBuildV01, googleCloudBuildV1 } from './google-cloud-build.js';
import { npmGitlab } from './npm-gitlab.js';
import { otherSlsaV01, otherSlsaV02, otherSlsaV1 } from './other-slsa.js';
import { slsaGithubContainerV1, slsaGithubDelegatorV1 } from './slsa-github-generator.js';
import { tektonV02, tektonV1 } from './tekton.js';

export type { BuildRunClaims } from './build-run.js';
export { compareBuildRun, type Mismatch } from './compare.js';
export { certificateBuildRun } from './fulcio-certificate.js';
/** A claimed time as UTC with milliseconds; null when it is no RFC 3339 instant. */
export { parseInstant as toInstant } from '../../platform/instant.js';

type Mapper = (statement: Statement) => BuildRunClaims;

interface Format {
  predicateType: RegExp;
  /** Where the predicate keeps its build type; the first format whose `mappers` match it wins. */
  buildType: readonly string[];
  mappers: readonly (readonly [buildType: RegExp, mapper: Mapper])[];
  /** For build types that are not listed. */
  other: Mapper;
}

const FORMATS: readonly Format[] = [
  {
    // SLSA 1.1 and 1.2 keep `/v1`; drafts wrote `v1.0`, `v1.0?draft` and `v1-rc1`.
    predicateType: /^https:\/\/slsa\.dev\/provenance\/v1(?:[.?-].*)?$/,
    buildType: ['buildDefinition', 'buildType'],
    mappers: [
      [/^https:\/\/actions\.github\.io\/buildtypes\/workflow\/v1/, githubActionsV1],
      [/^https:\/\/slsa-framework\.github\.io\/github-actions-buildtypes\/workflow\/v1/, githubActionsV1],
      [/^https:\/\/github\.com\/slsa-framework\/slsa-github-generator\/delegator-/, slsaGithubDelegatorV1],
      [/^https:\/\/slsa\.dev\/container-based-build\//, slsaGithubContainerV1],
      [/^https:\/\/gitlab\.com\/gitlab-org\/gitlab-runner\/-\/blob\//, gitlabRunnerV1],
      [/^https:\/\/docs\.gitlab\.com\/.*provenance_v1/, gitlabRunnerV1],
      [/^https:\/\/tekton\.dev\//, tektonV1],
      [/^https:\/\/cloud\.google\.com\/build\/gcb-buildtypes\//, googleCloudBuildV1],
      [/^https:\/\/github\.com\/moby\/buildkit\/|^https:\/\/mobyproject\.org\/buildkit@/, buildkitV1],
    ],
    other: otherSlsaV1,
  },
  {
    predicateType: /^https:\/\/slsa\.dev\/provenance\/v0\.2$/,
    buildType: ['buildType'],
    mappers: [
      [/^https:\/\/github\.com\/npm\/cli\/gha[/@]v/i, npmGithub],
      [/^https:\/\/github\.com\/npm\/cli\/gitlab\//i, npmGitlab],
      [/^https:\/\/github\.com\/slsa-framework\/slsa-github-generator[/@-]/, slsaGithubGeneratorV02],
      [/^https:\/\/gitlab\.com\/gitlab-org\/gitlab-runner\/-\/blob\//, gitlabRunnerV02],
      [/^(?:https:\/\/)?tekton\.dev\//, tektonV02],
      [/^https:\/\/mobyproject\.org\/buildkit@/, buildkitV02],
    ],
    other: otherSlsaV02,
  },
  {
    predicateType: /^https:\/\/slsa\.dev\/provenance\/v0\.1$/,
    buildType: ['recipe', 'type'],
    mappers: [[/^https:\/\/cloudbuild\.googleapis\.com\//, googleCloudBuildV01]],
    other: otherSlsaV01,
  },
  {
    predicateType: /^chainloop\.dev\/attestation\/v0\.2$/,
    buildType: ['buildType'],
    mappers: [],
    other: chainloopV02,
  },
];

/**
 * What a statement claims about the build of its subjects. Without a statement, or when its predicate is no
 * provenance (an SBOM, a summary, a publish record), the certificate speaks. null when nobody does. Never throws.
 */
export function mapBuildRun(
  statement: Statement | null,
  facts: CertificateFacts | null,
): BuildRunClaims | null {
  const format = FORMATS.find(({ predicateType }) => predicateType.test(statement?.predicateType ?? ''));
  if (statement === null || format === undefined) return facts === null ? null : certificateBuildRun(facts);
  const buildType = text(at(statement.predicate, ...format.buildType)) ?? '';
  const mapper = format.mappers.find(([pattern]) => pattern.test(buildType))?.[1] ?? format.other;
  return mapper(statement);
}
