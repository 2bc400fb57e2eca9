import type { ArtifactKind } from '../artifacts/index.js';
import type { Instant } from '../platform/index.js';

export type RecordStatus = 'DEPLOYED' | 'SUPERSEDED' | 'DECOMMISSIONED';
export type RecordOrigin = 'RUN' | 'REPORT' | 'IMPORT' | 'BACKFILL';
export type RecordMode = 'RECORD' | 'HEARTBEAT';
export type RecordOutcome = 'CREATED' | 'REFRESHED' | 'UNCHANGED' | 'STALE';
export type DecommissionOutcome = 'DECOMMISSIONED' | 'UNCHANGED';

/** The stable identity of something that runs somewhere: Environment, LogicalEnvironment, name and kind. */
export interface Deployment {
  id: string;
  environmentId: string;
  logicalEnvironmentId: string;
  name: string;
  kind: ArtifactKind;
  ownerProjectId: string | null;
  createdAt: Instant;
}

/** The fact that an artifact ran under a Deployment from `deployedAt` until `endedAt`. */
export interface DeploymentRecord {
  id: string;
  deploymentId: string;
  environmentId: string;
  logicalEnvironmentId: string;
  /** Names at the time of the record (G62). */
  environmentName: string;
  logicalEnvironmentName: string;
  name: string;
  kind: ArtifactKind;
  seq: number;
  artifactId: string;
  digest: string;
  ociRef: string | null;
  status: RecordStatus;
  origin: RecordOrigin;
  deployedAt: Instant;
  lastSeenAt: Instant;
  seenCount: number;
  /** null while it is DEPLOYED. */
  endedAt: Instant | null;
  supersededById: string | null;
  /** Why it was decommissioned; null for the other ends. */
  endReason: string | null;
  reportedById: string;
}

/** Fields of a record that a list reads only when they are asked for. */
export const FURTHER_FIELDS = [
  'seq',
  'origin',
  'ociRef',
  'seenCount',
  'endedAt',
  'endReason',
  'supersededBy',
  'environmentName',
  'logicalEnvironmentName',
] as const;
export type FurtherField = (typeof FURTHER_FIELDS)[number];

export const EVENT_TYPES = [
  'RECORDED',
  'STALE',
  'SUPERSEDED',
  'DECOMMISSIONED',
  'REFUSED',
  'FLAPPING',
] as const;
export type DeploymentEventType = (typeof EVENT_TYPES)[number];

/** 1 to 255 characters, no control characters (H11). */
export const isDeploymentName = (name: string): boolean => {
  if (name.length === 0 || name.length > 510) return false;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/[\u0000-\u001f\u007f-\u009f]/.test(name) && name.isWellFormed() && [...name].length <= 255;
};
