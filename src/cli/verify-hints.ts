// What a person can do about a reason of the verifier; the other reasons leave nothing to try: do not trust the file.
const HINTS: Record<string, string> = {
  NO_KEY: 'give the public key: --key FILE',
  NO_TRUSTED_ROOT: 'give the trusted root of its signing service: --trusted-root FILE',
  CERTIFICATE_UNTRUSTED:
    'signed elsewhere? Give the trusted root of its signing service: --trusted-root FILE',
  CERTIFICATE_SCT: 'a private signing service may have no certificate log: --ctlog-threshold 0',
  LOG_PROOF: 'logged elsewhere? Give the trusted root of its signing service: --trusted-root FILE',
  LOG_MISSING: 'signed without a transparency log? --tlog-threshold 0',
  TIMESTAMP: 'the signing time is not proven: --trusted-root FILE may name its timestamp authority',
  ARTIFACT_REQUIRED: 'give the artifact itself: --artifact FILE',
  SUBJECT_MISMATCH: 'compare the subjects with the artifact you asked for',
  UNSIGNED: 'ask its producer for a signed one',
  NO_LOG_MATERIAL: 'ask its producer for the bundle with log entry or timestamp',
  BUILD_MISMATCH: 'predicate and certificate disagree: trust what is certified, and ask its producer why',
  UNKNOWN_FORMAT:
    'is this the right file? Sigstore bundles, DSSE envelopes, in-toto statements and lists of them are read',
  BAD_JSON: 'is this the right file, and complete?',
};

/** What to do about a reason; null when there is nothing to try. */
export const verifyHint = (reason: string): string | null => HINTS[reason] ?? null;
