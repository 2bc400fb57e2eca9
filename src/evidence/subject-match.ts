import { createHash } from 'node:crypto';
import { OptionError } from './reasons.js';
import type { StatementSubject } from './statement.js';

/** Digest algorithms that identify an artifact, with the length of their hex text. Others (sha1, gitCommit) never do. */
const ARTIFACT_ALGORITHMS = { sha256: 64, sha384: 96, sha512: 128 } as const;

export type ArtifactAlgorithm = keyof typeof ARTIFACT_ALGORITHMS;

/** The artifact asked about: its bytes where they are at hand, and its known digests in lower-case hex. */
export interface AskedArtifact {
  bytes: Uint8Array | null;
  digests: ReadonlyMap<ArtifactAlgorithm, string>;
}

export function artifactOfBytes(bytes: Uint8Array): AskedArtifact {
  const algorithms = Object.keys(ARTIFACT_ALGORITHMS) as ArtifactAlgorithm[];
  return {
    bytes,
    digests: new Map(algorithms.map((name) => [name, createHash(name).update(bytes).digest('hex')])),
  };
}

/** `digest` is `algorithm:hex`, lower case, of full length. Throws `OptionError` BAD_DIGEST. */
export function artifactOfDigest(digest: string): AskedArtifact {
  const [name = '', hex = '', ...rest] = digest.split(':');
  if (!isArtifactDigest(name, hex) || rest.length > 0) {
    throw new OptionError('BAD_DIGEST', 'A digest is sha256:, sha384: or sha512: and lower-case hex.');
  }
  return { bytes: null, digests: new Map([[name as ArtifactAlgorithm, hex]]) };
}

/**
 * Whether one of the subjects is the artifact: the same algorithm and the same exact lower-case hex. A
 * subject is void when any of its artifact digests is malformed or contradicts what is known of the artifact.
 */
export function speaksAbout(subjects: readonly StatementSubject[], artifact: AskedArtifact): boolean {
  return subjects.some((subject) => {
    const digests = Object.entries(subject.digest).filter(([name]) =>
      Object.hasOwn(ARTIFACT_ALGORITHMS, name),
    );
    if (!digests.every(([name, hex]) => isArtifactDigest(name, hex))) return false;
    const known = digests.filter(([name]) => artifact.digests.has(name as ArtifactAlgorithm));
    return (
      known.length > 0 &&
      known.every(([name, hex]) => artifact.digests.get(name as ArtifactAlgorithm) === hex)
    );
  });
}

function isArtifactDigest(name: string, hex: string): boolean {
  if (!Object.hasOwn(ARTIFACT_ALGORITHMS, name)) return false;
  return hex.length === ARTIFACT_ALGORITHMS[name as ArtifactAlgorithm] && /^[0-9a-f]+$/.test(hex);
}
