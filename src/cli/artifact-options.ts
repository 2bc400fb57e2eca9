import { parseDigest } from '../platform/digest.js';
import { CliFailure, conflict, usage } from './failure.js';
import { parseOciReference } from './oci-reference.js';

/** An option's digest in canonical form (H33). INVALID_DIGEST otherwise. */
export function digestOption(flag: string, text: string): string {
  const digest = parseDigest(text);
  if (digest === null)
    throw new CliFailure('INVALID_DIGEST', `${flag} is not a full digest: ${text}`, {
      hint: 'write sha256: and 64 hex digits; nothing shorter identifies an artifact',
    });
  return digest;
}

/**
 * The artifact that `--oci-ref` and `--digest` name (H34): one is enough, both must agree, none is a usage error (G19).
 * A reference by tag alone needs `--digest`.
 */
export function artifactOptions(options: { ociRef?: string; digest?: string }): {
  digest: string;
  ociRef?: string;
} {
  const { ociRef } = options;
  const digest = options.digest === undefined ? null : digestOption('--digest', options.digest);
  if (ociRef === undefined) {
    if (digest === null) throw usage('which artifact? Neither --digest nor --oci-ref is given');
    return { digest };
  }
  const reference = parseOciReference(ociRef);
  if (reference === null)
    throw new CliFailure('INVALID_REFERENCE', `--oci-ref is not an OCI reference: ${ociRef}`, {
      hint: 'write registry/repository[:tag]@sha256:…',
    });
  if (reference.digest === null && digest === null)
    throw usage(
      `--oci-ref names a tag, not an artifact: ${ociRef}`,
      'a tag can move: add --digest, or write --oci-ref repository@sha256:…',
    );
  if (reference.digest !== null && digest !== null && reference.digest !== digest)
    throw conflict(`--oci-ref and --digest name different artifacts: ${reference.digest} and ${digest}`);
  return { digest: digest ?? (reference.digest as string), ociRef };
}

/** Enum input in any case, `-` for `_` (domain model 2): `container-image` → CONTAINER_IMAGE. */
export const enumValue = (text: string): string => text.toUpperCase().replaceAll('-', '_');

export const ARTIFACT_KINDS = ['CONTAINER_IMAGE', 'HELM_CHART', 'OCI_ARTIFACT', 'FILE'] as const;

/** The kind an option names. INVALID_KIND otherwise. */
export function kindOption(text: string): string {
  const kind = enumValue(text);
  if (!(ARTIFACT_KINDS as readonly string[]).includes(kind))
    throw new CliFailure('INVALID_KIND', `not an artifact kind: ${text}`, {
      hint: `one of ${ARTIFACT_KINDS.join(', ')}`,
    });
  return kind;
}
