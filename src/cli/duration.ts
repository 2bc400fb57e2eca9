import { parseInstant, type Instant } from '../platform/instant.js';
import { CliFailure, usage } from './failure.js';

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const DURATION = /^(\d{1,9})(ms|s|m|h|d|w)$/;
const LONGEST_MS = 100 * 365 * 86_400_000;

/** `500ms`, `20s`, `30m`, `2h`, `7d`, `4w` → milliseconds, at most 100 years. null when it is no duration. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  const span = match ? Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0) : null;
  return span !== null && span <= LONGEST_MS ? span : null;
}

/**
 * An option's instant: RFC 3339 with an offset, or a duration before now (`2h`). undefined stays undefined.
 * INVALID_TIME otherwise.
 */
export function instantOption(flag: string, text: string | undefined, now: number): Instant | undefined {
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  const instant = ago === null ? parseInstant(text) : new Date(now - ago).toISOString();
  if (instant === null)
    throw new CliFailure('INVALID_TIME', `--${flag} is not an instant: ${text}`, {
      hint: 'write 2026-11-21T09:00:00Z, or 2h for two hours ago',
    });
  return instant;
}

/** A whole number within bounds; undefined stays undefined. */
export function numberOption(
  flag: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most))
    throw usage(`--${flag} must be a whole number from ${least} to ${most}: ${text}`);
  return value;
}
