import type { CertificateFacts } from '../certificate.js';
import type { BuildRunClaims } from './build-run.js';
import { certificateBuildRun } from './fulcio-certificate.js';
import { foldedRepository } from './git-source.js';
import { type RunReference, runReference } from './run-reference.js';

/** A fact on which the predicate and the certificate of its signer disagree. */
export interface Mismatch {
  field: keyof BuildRunClaims;
  claimed: string | null;
  certified: string | null;
}

// These speak of the workflow of the CI system itself; the others name a configuration file of their own.
const CI_MAPPERS = /^(?:github-actions|npm|slsa-github|gitlab)-/;
// Chainloop notes the file of the job, which may be a reusable one, but the trigger of the run.
const CI_TRIGGER_MAPPERS = /^(?:github-actions|npm|slsa-github|gitlab|chainloop)-/;
// Letter case does not tell repositories apart here.
const FOLDING_HOST = /^(?:github\.com|gitlab\.com|bitbucket\.org|[\w-]+\.ghe\.com)$/;

/**
 * Compares what a predicate claims with what Fulcio certified about the signing run: repository, ref, commit, run,
 * and for CI systems workflow file and trigger. A fact that one side leaves out is no mismatch. The builder id is not
 * compared: a reusable workflow signs for the repositories that call it.
 */
export function compareBuildRun(claims: BuildRunClaims, facts: CertificateFacts): Mismatch[] {
  const certified = certificateBuildRun(facts);
  if (certified === null) return [];
  const fold = foldFor(facts, certified);
  const mismatches: Mismatch[] = [];
  const compare = (
    field: keyof BuildRunClaims,
    same: (claimed: string, certified: string) => boolean,
  ): void => {
    const [a, b] = [asText(claims[field]), asText(certified[field])];
    if (a !== null && b !== null && !same(a, b)) mismatches.push({ field, claimed: a, certified: b });
  };
  compare('sourceRepo', (a, b) => fold(a) === fold(b));
  compare('sourceRef', sameRef);
  compare('sourceCommit', equal);
  compare('runUrl', (a, b) => sameRun(a, b, fold));
  compare('runId', equal);
  compare('runAttempt', equal);
  if (CI_MAPPERS.test(claims.mapper)) {
    compare('invocationId', (a, b) => runReference(a) === null || sameRun(a, b, fold));
    compare('workflowPath', equal);
  }
  if (CI_TRIGGER_MAPPERS.test(claims.mapper)) compare('trigger', equal);
  if (certified.runUrl === null) mismatches.push(...foreignRun(claims.runUrl, certified.sourceRepo, fold));
  return mismatches;
}

const asText = (value: string | number | boolean | null): string | null =>
  value === null ? null : String(value);

const equal = (a: string, b: string): boolean => a === b;

/** How addresses are compared: without scheme, and without letter case where the host ignores it. */
function foldFor(facts: CertificateFacts, certified: BuildRunClaims): (address: string) => string {
  const host = URL.parse(certified.sourceRepo ?? certified.runUrl ?? '')?.hostname ?? '';
  // GitHub and GitLab on own hosts issue the tokens themselves.
  const selfIssued = URL.parse(facts.issuer ?? '')?.hostname === host;
  return FOLDING_HOST.test(host) || selfIssued
    ? foldedRepository
    : (address) => address.replace(/^https?:\/\//i, '');
}

/** `main` agrees with `refs/heads/main` and `refs/tags/main`; full refs must be equal. */
function sameRef(a: string, b: string): boolean {
  if (a === b) return true;
  const [full, short] = a.startsWith('refs/') ? [a, b] : [b, a];
  return !short.startsWith('refs/') && (full === `refs/heads/${short}` || full === `refs/tags/${short}`);
}

/** GitHub and GitLab runs lie in their repository, which a certificate without a run still tells. */
function foreignRun(
  runUrl: string | null,
  repo: string | null,
  fold: (address: string) => string,
): Mismatch[] {
  const place = runReference(runUrl)?.place ?? null;
  if (place === null || repo === null || !/\/(?:actions\/runs|-\/(?:jobs|pipelines))\/$/.test(place))
    return [];
  if (fold(place).startsWith(`${fold(repo)}/`)) return [];
  return [{ field: 'runUrl', claimed: runUrl, certified: repo }];
}

function sameRun(claimed: string, certified: string, fold: (address: string) => string): boolean {
  const a = runReference(claimed);
  const b = runReference(certified);
  return a === null || b === null ? fold(claimed) === fold(certified) : agrees(a, b, fold);
}

const agrees = (a: RunReference, b: RunReference, fold: (address: string) => string): boolean =>
  a.id === b.id &&
  (a.attempt === null || b.attempt === null || a.attempt === b.attempt) &&
  (a.place === null || b.place === null || fold(a.place) === fold(b.place));
