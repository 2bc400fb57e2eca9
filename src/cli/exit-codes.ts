/** Exit codes (domain model 11). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  partlyDone: 3,
  notPermitted: 4,
  notFound: 5,
  policy: 6,
  unreachable: 7,
  interrupted: 130,
} as const;

// The CLI starts once per heartbeat in somebody's pipeline, so it carries only the codes that do not end in 1.
// A test holds this table against the server's closed one.
const CODES: Record<number, readonly string[]> = {
  [EXIT.usage]: [
    'USAGE',
    'OPTION_CONFLICT',
    'REFERENCE_REQUIRED',
    'BAD_REQUEST',
    'PAYLOAD_TOO_LARGE',
    'INVALID_NAME',
    'INVALID_DIGEST',
    'INVALID_KIND',
    'INVALID_REFERENCE',
    'INVALID_TIME',
    'INVALID_STATUS',
    'INVALID_INPUT',
    'BATCH_TOO_LARGE',
    'INVALID_ATTESTATION',
    'INVALID_TRUSTED_ROOT',
  ],
  [EXIT.notPermitted]: ['UNAUTHENTICATED', 'FORBIDDEN'],
  [EXIT.policy]: ['PROMOTION_REQUIREMENT_UNMET'],
  [EXIT.unreachable]: ['SERVER_UNREACHABLE', 'UNAVAILABLE', 'RATE_LIMITED'],
  [EXIT.interrupted]: ['INTERRUPTED'],
};

/** The exit code for an error code; 1 for one that this version does not know. */
export function exitOf(code: string): number {
  for (const [exit, codes] of Object.entries(CODES)) if (codes.includes(code)) return Number(exit);
  return code.endsWith('_NOT_FOUND') ? EXIT.notFound : EXIT.failed;
}
