/** What verification found. `MISMATCH`: the cryptography holds, but predicate and certificate disagree. */
export type Verdict = 'VERIFIED' | 'UNVERIFIED' | 'INVALID' | 'MISMATCH';

interface Reason {
  verdict: Exclude<Verdict, 'VERIFIED'>;
  /** How much the reason says when several roots or keys were tried; the highest is reported. */
  weight: number;
  text: string;
}

const invalid = (text: string, weight = 5): Reason => ({ verdict: 'INVALID', weight, text });
const unverified = (text: string, weight = 5): Reason => ({ verdict: 'UNVERIFIED', weight, text });

/** The closed table of reasons: code → the verdict it leads to and one line for people. */
export const REASONS = {
  TOO_LARGE: invalid('The file or payload is larger than 8 MiB.'),
  TOO_DEEP: invalid('The JSON is nested deeper than 64 levels.'),
  TOO_MANY_NODES: invalid('The JSON holds more than 200 000 values.'),
  DUPLICATE_KEY: invalid('The JSON names one key twice in an object.'),
  FORBIDDEN_KEY: invalid('The JSON uses the key "__proto__".'),
  BAD_UTF8: invalid('The bytes are not valid UTF-8.'),
  BAD_JSON: invalid('The bytes are not valid JSON.'),
  TOO_MANY_ATTESTATIONS: invalid('The file holds more than 1000 attestations.'),
  NO_ATTESTATIONS: invalid('The document is of a known kind but holds no attestation.'),
  UNKNOWN_FORMAT: invalid('The document is not an attestation of a known kind.'),
  MALFORMED: invalid('A field is missing, ambiguous, of the wrong type or not base64.'),
  BUNDLE_VERSION: invalid('The Sigstore bundle is of an unknown version.'),
  PAYLOAD_TYPE: invalid('The payload type is not application/vnd.in-toto+json.'),
  STATEMENT: invalid('The payload is not an in-toto statement v0.1 or v1 with 1 to 1024 subjects.'),
  SIGNATURE_COUNT: invalid('A bundle must carry exactly one signature, an envelope 1 to 16.'),
  LOG_MATERIAL_LIMIT: invalid('Log entries or timestamps are repeated, or there are more than 8.'),
  LOG_ENTRY_REFUSED: invalid('The log entry is of a kind that its log never issues.'),
  LOG_ENTRY: invalid('The log entry records other content, or another key, than the bundle carries.', 7),
  LOG_PROOF: invalid('The log entry is not proven to be in a trusted log.', 2),
  LOG_MISSING: invalid('There are fewer log entries than required.', 4),
  TIMESTAMP: invalid('There is no trusted signing time, or a timestamp does not hold.', 4),
  TIME_IN_FUTURE: invalid('A signing time lies in the future.', 6),
  CERTIFICATE_UNTRUSTED: invalid('The certificate was not issued for signing by a trusted authority.', 1),
  CERTIFICATE_EXPIRED: invalid('The certificate was not valid at the signing time.', 6),
  CERTIFICATE_SCT: invalid('The certificate is not proven to be in a trusted certificate log.', 3),
  KEY_EXPIRED: invalid('The key was not valid at the signing time.', 6),
  SIGNATURE: invalid('The signature does not hold, or is not the one that the log recorded.', 8),
  SUBJECT_MISMATCH: invalid('The attestation does not speak about this artifact.', 9),
  VERIFIER_ERROR: invalid('The material could not be processed.', 0),
  UNSIGNED: unverified('The statement is not signed.'),
  NO_KEY: unverified('There is no key to verify it with.'),
  NO_LOG_MATERIAL: unverified(
    'It is signed by a short-lived certificate, without proof of the signing time.',
  ),
  NO_TRUSTED_ROOT: unverified('There is no trusted root to verify it with.'),
  UNSUPPORTED_LOG_ENTRY: unverified('The log entry is of a kind that cannot be verified offline.'),
  UNSUPPORTED_SIGNATURE: unverified(
    'The signature is not over the DSSE encoding, so it does not bind the type.',
  ),
  CHECKPOINT_MISSING: unverified('The log proof has no signed checkpoint.'),
  ARTIFACT_REQUIRED: unverified('This kind of key needs the artifact itself, not only its digest.', 9),
  VERIFICATION_TIMEOUT: unverified('Verification took longer than allowed.'),
  VERIFIER_CRASHED: unverified('Verification exhausted its memory.'),
  BUILD_MISMATCH: {
    verdict: 'MISMATCH',
    weight: 5,
    text: 'The predicate names another source or run than the certificate.',
  },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof REASONS;

/** Thrown where untrusted material is refused; caught at the boundary of one attestation. */
export class Refusal extends Error {
  readonly code: ReasonCode;

  constructor(code: ReasonCode) {
    super(REASONS[code].text);
    this.name = 'Refusal';
    this.code = code;
  }
}

export type OptionErrorCode =
  'BAD_TRUSTED_ROOT' | 'BAD_KEY' | 'BAD_DIGEST' | 'BAD_THRESHOLD' | 'EMPTY_POLICY' | 'ARTIFACT_AND_DIGEST';

/** Thrown when the caller's own trust or options are unusable; says nothing about the attestation. */
export class OptionError extends Error {
  readonly code: OptionErrorCode;

  constructor(code: OptionErrorCode, message: string) {
    super(message);
    this.name = 'OptionError';
    this.code = code;
  }
}

/** The refusal that a caught error stands for; whatever else was thrown is `VERIFIER_ERROR`. */
export function reasonOf(error: unknown): ReasonCode {
  return error instanceof Refusal ? error.code : 'VERIFIER_ERROR';
}

/** The reason that says most, among those of several attempts. */
export function mostTelling(reasons: readonly ReasonCode[]): ReasonCode {
  return reasons.reduce((best, next) => (REASONS[next].weight > REASONS[best].weight ? next : best));
}
