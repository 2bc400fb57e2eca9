import type { Actor } from '../access/index.js';
import { ARTIFACT_KINDS, parseOciReference, type ArtifactKind } from '../artifacts/index.js';
import {
  DEFAULT_ENVIRONMENT,
  DEFAULT_LOGICAL_ENVIRONMENT,
  isEnvironmentName,
  isLogicalEnvironmentName,
} from '../environments/index.js';
import { parseDigest, parseInstant, RollcallError, type Instant } from '../platform/index.js';
import { isDeploymentName, type RecordMode } from './deployment.js';

/** What names a Deployment, as a caller gives it. */
export interface PlaceInput {
  /** null = `default`. */
  environment?: string | null;
  /** null = `production`. */
  logicalEnvironment?: string | null;
  name: string;
  kind: string;
}

export interface RecordInput extends PlaceInput {
  digest: string;
  ociRef?: string | null;
  /** null = now. */
  observedAt?: string | null;
  mode?: string | null;
  /** Slug of the project that owns the Deployment; null = no claim (G20). */
  project?: string | null;
  idempotencyKey?: string | null;
}

/** What names a Deployment, checked, with defaults filled in. */
export interface Place {
  organizationId: string;
  principalId: string;
  requestId: string;
  environment: string;
  logicalEnvironment: string;
  name: string;
  kind: ArtifactKind;
}

export interface RecordRequest extends Place {
  digest: string;
  ociRef: string | null;
  observedAt: Instant | null;
  mode: RecordMode;
  project: string | null;
  idempotencyKey: string | null;
}

const refuse = (
  code: ConstructorParameters<typeof RollcallError>[0],
  field: string,
  message: string,
): never => {
  throw new RollcallError(code, message, { field: [field] });
};

/** Checks the four parts of the key (H9–H12). Throws the refusal that names the field. */
export function readPlace(actor: Actor, input: PlaceInput): Place {
  const environment = input.environment ?? DEFAULT_ENVIRONMENT;
  const logicalEnvironment = input.logicalEnvironment ?? DEFAULT_LOGICAL_ENVIRONMENT;
  if (!isEnvironmentName(environment))
    refuse(
      'INVALID_NAME',
      'environment',
      'an Environment has 1 to 63 characters a-z, 0-9 and -, no - at either end',
    );
  if (!isLogicalEnvironmentName(logicalEnvironment))
    refuse(
      'INVALID_NAME',
      'logicalEnvironment',
      'a LogicalEnvironment has 1 to 63 characters, none of them NUL',
    );
  if (!isDeploymentName(input.name))
    refuse('INVALID_NAME', 'name', 'a Deployment has 1 to 255 characters and no control characters');
  if (!(ARTIFACT_KINDS as readonly string[]).includes(input.kind))
    refuse('INVALID_KIND', 'kind', `kind is one of ${ARTIFACT_KINDS.join(', ')}`);
  return {
    organizationId: actor.organizationId,
    principalId: actor.principalId,
    requestId: actor.requestId,
    environment,
    logicalEnvironment,
    name: input.name,
    kind: input.kind as ArtifactKind,
  };
}

/** Algorithm or number of digits outside H33 → INVALID_DIGEST. */
export const readDigest = (digest: string): string =>
  parseDigest(digest) ??
  refuse(
    'INVALID_DIGEST',
    'digest',
    'a digest is sha256:, sha384: or sha512: and the full number of hex digits',
  );

/** null = now. */
export const readObservedAt = (observedAt: string | null | undefined): Instant | null =>
  observedAt === undefined || observedAt === null
    ? null
    : (parseInstant(observedAt) ??
      refuse('INVALID_TIME', 'observedAt', 'observedAt is an RFC 3339 instant with an offset'));

/** The key of the input, else that of the request's header; null = none. */
export function readIdempotencyKey(actor: Actor, given: string | null | undefined): string | null {
  const key = given ?? actor.idempotencyKey;
  if (key !== null && !isDeploymentName(key))
    refuse(
      'INVALID_INPUT',
      'idempotencyKey',
      'an Idempotency-Key has 1 to 255 characters and no control characters',
    );
  return key;
}

/** Checks one record of a call; a bulk call reads each of its records on its own. */
export function readRecord(actor: Actor, input: RecordInput): RecordRequest {
  const place = readPlace(actor, input);
  const digest = readDigest(input.digest);
  const ociRef = input.ociRef ?? null;
  if (ociRef !== null) {
    const reference = parseOciReference(ociRef);
    if (reference === null)
      refuse('INVALID_REFERENCE', 'ociRef', 'ociRef is outside the grammar of OCI references');
    else if (reference.digest !== null && reference.digest !== digest)
      refuse('INVALID_REFERENCE', 'ociRef', 'ociRef and digest name different digests');
  }
  const mode = input.mode ?? 'RECORD';
  if (mode !== 'RECORD' && mode !== 'HEARTBEAT')
    refuse('INVALID_INPUT', 'mode', 'mode is RECORD or HEARTBEAT');
  const project = input.project ?? null;
  if (project !== null && !isDeploymentName(project))
    refuse('INVALID_NAME', 'project', 'a project has 1 to 255 characters and no control characters');
  return {
    ...place,
    digest,
    ociRef,
    observedAt: readObservedAt(input.observedAt),
    mode: mode as RecordMode,
    project,
    idempotencyKey: readIdempotencyKey(actor, input.idempotencyKey),
  };
}
