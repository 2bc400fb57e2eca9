import { NoAnswer, send, type HttpAnswer, type HttpRequest } from './http.js';

export interface RetryPolicy {
  /** Further tries after the first. */
  retries: number;
  /** False for a call that must not happen twice: then only what the server cannot have begun is tried again. */
  repeatable: boolean;
  /** Told before each wait. */
  onRetry: (reason: string, waitMs: number) => void;
}

const TRANSIENT = new Set([502, 503, 504]);
const LONGEST_WAIT_MS = 30_000;

/** Milliseconds before try number `retry` (from 1): doubling from 250 ms, half of it random, or as the server says. */
export function waitBefore(retry: number, retryAfter: string | undefined, random = Math.random()): number {
  const told = Number(retryAfter);
  if (retryAfter && told >= 0) return Math.min(told * 1000, LONGEST_WAIT_MS);
  const full = Math.min(250 * 2 ** (retry - 1), 5000);
  return Math.round(full / 2 + (full / 2) * random);
}

/** Sends until an answer other than 429, 502, 503 or 504 comes, or the tries are used up: then the last one is given. */
export async function sendWithRetries(request: HttpRequest, policy: RetryPolicy): Promise<HttpAnswer> {
  for (let retry = 1; ; retry++) {
    const outcome = await send(request).catch((error: unknown) => {
      if (error instanceof NoAnswer) return error;
      throw error;
    });
    const last = retry > policy.retries;
    let reason: string;
    let retryAfter: string | undefined;
    if (outcome instanceof NoAnswer) {
      if (last || (outcome.sent && !policy.repeatable)) throw outcome;
      reason = outcome.message;
    } else {
      const notBegun = outcome.status === 503 || outcome.status === 429;
      if (last || !(notBegun || (policy.repeatable && TRANSIENT.has(outcome.status)))) return outcome;
      reason = `the server answered ${outcome.status}`;
      retryAfter = outcome.headers['retry-after'];
    }
    const wait = waitBefore(retry, retryAfter);
    policy.onRetry(reason, wait);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
