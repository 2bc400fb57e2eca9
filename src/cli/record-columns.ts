import type { DeploymentRecord } from './api.js';
import type { Column } from './output.js';

export type ShortRecord = Omit<DeploymentRecord, 'artifact' | 'endReason' | 'staleSince' | 'reportedBy'> & {
  artifact: { digest: string };
};

/** The columns of a list of records; `history` adds when each one ended, `stale` since when nobody has seen it. */
export const recordColumns = (history: boolean, stale = false): Column<DeploymentRecord>[] => [
  { title: 'DEPLOYMENT', value: (record) => record.deployment.name },
  { title: 'KIND', value: (record) => record.deployment.kind },
  { title: 'ENVIRONMENT', value: (record) => record.environmentName },
  { title: 'LOGICAL ENVIRONMENT', value: (record) => record.logicalEnvironmentName },
  { title: 'DIGEST', value: (record) => record.artifact.digest, as: 'digest' },
  { title: 'STATUS', value: (record) => record.status, as: 'status' },
  { title: 'DEPLOYED', value: (record) => record.deployedAt, as: 'instant' },
  { title: 'LAST SEEN', value: (record) => record.lastSeenAt, as: 'instant' },
  ...(history
    ? [{ title: 'ENDED', value: (record: DeploymentRecord) => record.endedAt, as: 'instant' as const }]
    : []),
  { title: 'STALE SINCE', value: (record) => record.staleSince, as: 'instant', wide: !stale },
  { title: 'EVIDENCE', value: (record) => record.artifact.evidence, wide: true },
  { title: 'OCI REF', value: (record) => record.ociRef, wide: true },
  { title: 'SEEN', value: (record) => record.seenCount, wide: true },
  { title: 'ORIGIN', value: (record) => record.origin, wide: true },
  { title: 'END REASON', value: (record) => record.endReason, wide: true },
  { title: 'REPORTED BY', value: (record) => record.reportedBy.name, wide: true },
  { title: 'RECORD', value: (record) => record.id, as: 'id', wide: true },
];

export interface Answer {
  outcome: string;
  record: ShortRecord | null;
}

/** The fields of one recorded or decommissioned deployment. */
export const answerFields: Column<Answer>[] = [
  { title: 'Outcome', value: ({ outcome }) => outcome },
  { title: 'Record', value: ({ record }) => record?.id },
  { title: 'Deployment', value: ({ record }) => record?.deployment.name },
  { title: 'Kind', value: ({ record }) => record?.deployment.kind },
  { title: 'Environment', value: ({ record }) => record?.environmentName },
  { title: 'Logical environment', value: ({ record }) => record?.logicalEnvironmentName },
  { title: 'Digest', value: ({ record }) => record?.artifact.digest },
  { title: 'Status', value: ({ record }) => record?.status, as: 'status' },
  { title: 'Deployed', value: ({ record }) => record?.deployedAt, as: 'instant' },
  { title: 'Last seen', value: ({ record }) => record?.lastSeenAt, as: 'instant' },
  { title: 'Seen', value: ({ record }) => record?.seenCount, wide: true },
  { title: 'OCI ref', value: ({ record }) => record?.ociRef, wide: true },
];
