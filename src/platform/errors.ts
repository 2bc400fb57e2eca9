/** Where an error is answered in GraphQL: as a top-level error, or in the payload's `userErrors`. */
export type ErrorPlace = 'top-level' | 'userErrors';

export interface ErrorRow {
  place: ErrorPlace;
  /** HTTP status at the REST doors. */
  http: number;
  /** Exit code of the CLI (domain model 11). */
  exit: number;
  /** True when the same call may succeed later without any change by the caller. */
  retryable: boolean;
  when: string;
}

const row = (http: number, exit: number, when: string, more: Partial<ErrorRow> = {}): ErrorRow => ({
  place: 'userErrors',
  http,
  exit,
  retryable: false,
  when,
  ...more,
});
const top = (http: number, exit: number, when: string, retryable = false): ErrorRow => ({
  place: 'top-level',
  http,
  exit,
  retryable,
  when,
});

/** The closed table of errors. `docs/errors.md` is printed from it; a test holds both together. */
export const ERRORS = {
  UNAUTHENTICATED: top(401, 4, 'no token, or one that is unknown, expired or revoked'),
  FORBIDDEN: top(403, 4, 'the token lacks the permission key that the message names'),
  BAD_REQUEST: top(400, 2, 'the request does not fit the schema, or is over a limit'),
  PAYLOAD_TOO_LARGE: top(413, 2, 'the body is larger than the server accepts'),
  RATE_LIMITED: top(429, 7, 'too many requests; wait as long as `Retry-After` says', true),
  UNAVAILABLE: top(503, 7, 'the database is not reachable, or the server is stopping', true),
  INTERNAL: top(500, 1, 'a fault of the server; `errorId` finds it in the log', true),

  INVALID_NAME: row(400, 2, 'a name outside the rules of its kind'),
  INVALID_DIGEST: row(400, 2, 'not `sha256:`, `sha384:` or `sha512:` with the full number of hex digits'),
  INVALID_KIND: row(400, 2, 'not one of the artifact kinds'),
  INVALID_REFERENCE: row(
    400,
    2,
    'an OCI reference outside the grammar, or one whose digest differs from `digest`',
  ),
  INVALID_TIME: row(400, 2, 'not an RFC 3339 instant'),
  INVALID_STATUS: row(400, 2, 'a record status other than deployed or decommissioned'),
  INVALID_INPUT: row(400, 2, 'a field outside its bounds; `field` names it'),
  BATCH_TOO_LARGE: row(400, 2, 'more than 500 records in one call, or none'),
  INVALID_ATTESTATION: row(400, 2, 'the file holds no attestation that can be read'),
  INVALID_TRUSTED_ROOT: row(400, 2, 'the file is no trusted root and no list of public keys'),
  ENVIRONMENT_NOT_FOUND: row(404, 5, 'no such Environment; the hint names similar ones'),
  LOGICAL_ENVIRONMENT_NOT_FOUND: row(
    404,
    5,
    'no such LogicalEnvironment, and implicit creation does not apply',
  ),
  ARTIFACT_NOT_FOUND: row(404, 5, 'unknown digest, or not attested while that is required'),
  ATTESTATION_NOT_FOUND: row(404, 5, 'no such Attestation'),
  DEPLOYMENT_NOT_FOUND: row(404, 5, 'no such Deployment'),
  RECORD_NOT_FOUND: row(404, 5, 'a digest that never was in this Deployment'),
  TOKEN_NOT_FOUND: row(404, 5, 'no such ApiToken'),
  ENVIRONMENT_EXISTS: row(409, 1, 'an Environment of that name exists; archived names stay taken'),
  LOGICAL_ENVIRONMENT_EXISTS: row(409, 1, 'a LogicalEnvironment of that name exists'),
  TRUSTED_ROOT_EXISTS: row(409, 1, 'another trusted root has that name'),
  ENVIRONMENT_ARCHIVED: row(409, 1, 'the Environment is archived; unarchive it first'),
  ENVIRONMENT_IN_USE: row(409, 1, 'something still runs in the Environment; pass `detachRecords`'),
  ENVIRONMENT_BUILT_IN: row(409, 1, 'the built-in Environment `default` cannot be archived'),
  LOGICAL_ENVIRONMENT_DELETING: row(409, 1, 'the LogicalEnvironment is being deleted'),
  DEPLOYMENT_OWNED_ELSEWHERE: row(409, 1, 'the Deployment belongs to another project'),
  RECORD_NOT_ACTIVE: row(409, 1, 'decommission of a digest that is not active; `activeDigest` is given'),
  NOT_ACTIVE: row(409, 1, 'a heartbeat for a digest that is not active'),
  DECOMMISSION_STALE: row(409, 1, 'seen running after the given time; `lastSeenAt` is given'),
  IDEMPOTENCY_KEY_REUSED: row(409, 1, 'the key was used for a call with other content'),
  ARTIFACT_KIND_MISMATCH: row(422, 1, 'the kind differs from the kind of the artifact'),
  OBSERVED_AT_IN_FUTURE: row(422, 1, 'more than 5 minutes ahead of the server'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorDetail {
  /** What to do about it, in one sentence. */
  hint?: string;
  /** Path of the input field. */
  field?: string[];
  /** Facts a program may need, for example `activeDigest`. */
  details?: Record<string, unknown>;
}

/** A refusal that the caller can act on. Anything else that is thrown is our fault: INTERNAL. */
export class RollcallError extends Error {
  override readonly name = 'RollcallError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly detail: ErrorDetail = {},
  ) {
    super(message);
  }
  get row(): ErrorRow {
    return ERRORS[this.code];
  }
}
