import { webUrl } from './claimed-value.js';

/** A CI run as an address or an id names it. `place` is the address up to the id; null when only an id was given. */
export interface RunReference {
  place: string | null;
  id: string;
  attempt: number | null;
}

const RUN_URLS = [
  /^(https?:\/\/.+\/actions\/runs\/)(\d{1,20})(?:\/attempts\/([1-9]\d{0,8}))?(?:\/job\/\d+)?\/?$/i,
  /^(https?:\/\/.+\/-\/(?:jobs|pipelines)\/)(\d{1,20})\/?$/i,
  /^(https?:\/\/.+\/builds\/)([\w-]{1,64})\/?$/i,
  /^(https?:\/\/.+[?&]buildId=)(\d{1,20})(?:&.*)?$/i,
];

/**
 * Reads the run addresses of GitHub, GitLab, Google Cloud Build and Azure Pipelines, and the bare forms `ID` and
 * `ID-ATTEMPT` (digits). null for any other text.
 */
export function runReference(said: string | null): RunReference | null {
  if (said === null) return null;
  if (webUrl(said) !== null) {
    for (const form of RUN_URLS) {
      const match = form.exec(said);
      if (match !== null) return { place: match[1]!, id: match[2]!, attempt: attemptOf(match[3]) };
    }
    return null;
  }
  const bare = /^(\d{1,20})(?:-([1-9]\d{0,8}))?$/.exec(said);
  return bare === null ? null : { place: null, id: bare[1]!, attempt: attemptOf(bare[2]) };
}

const attemptOf = (digits: string | undefined): number | null =>
  digits === undefined ? null : Number(digits);

/** `runUrl`, `runId` and `runAttempt` that a run address carries; the address itself when it names no known run. */
export function runAt(address: unknown): {
  runUrl: string | null;
  runId: string | null;
  runAttempt: number | null;
} {
  const runUrl = webUrl(address);
  const run = runReference(runUrl);
  return { runUrl, runId: run?.id ?? null, runAttempt: run?.attempt ?? null };
}

/** The address of a GitHub Actions run. */
export function githubRunUrl(
  repo: string | null,
  runId: string | null,
  attempt: number | null,
): string | null {
  if (repo === null || runId === null || !/^\d{1,20}$/.test(runId)) return null;
  return `${repo}/actions/runs/${runId}${attempt === null ? '' : `/attempts/${attempt}`}`;
}
