import { EntitySchema } from 'typeorm';

const text = (name, more = {}) => ({ type: 'text', name, ...more });
const time = (name, more = {}) => ({ type: 'timestamptz', name, ...more });
const manyToOne = (target, name) => ({
  type: 'many-to-one',
  target,
  joinColumn: { name, referencedColumnName: 'id' },
});
const owned = { id: text('id', { primary: true }), organizationId: text('organization_id') };

export const Organization = new EntitySchema({
  name: 'Organization',
  tableName: 'organization',
  columns: {
    id: text('id', { primary: true }),
    requireAttestation: { type: 'boolean', name: 'require_attestation' },
    attestationRequirement: text('attestation_requirement'),
  },
});
export const Environment = new EntitySchema({
  name: 'Environment',
  tableName: 'environment',
  columns: { ...owned, name: text('name'), state: text('state') },
});
export const LogicalEnvironment = new EntitySchema({
  name: 'LogicalEnvironment',
  tableName: 'logical_environment',
  columns: { ...owned, name: text('name'), state: text('state') },
});
export const Artifact = new EntitySchema({
  name: 'Artifact',
  tableName: 'artifact',
  columns: {
    ...owned,
    digest: text('digest'),
    kind: text('kind', { nullable: true }),
    evidence: text('evidence'),
  },
});
export const Deployment = new EntitySchema({
  name: 'Deployment',
  tableName: 'deployment',
  columns: {
    ...owned,
    environmentId: text('environment_id'),
    logicalEnvironmentId: text('logical_environment_id'),
    name: text('name'),
    kind: text('kind'),
    seq: { type: 'integer', name: 'seq' },
    observedMax: time('observed_max', { nullable: true }),
  },
  relations: {
    environment: manyToOne('Environment', 'environment_id'),
    logicalEnvironment: manyToOne('LogicalEnvironment', 'logical_environment_id'),
  },
});
export const DeploymentRecord = new EntitySchema({
  name: 'DeploymentRecord',
  tableName: 'deployment_record',
  columns: {
    ...owned,
    deploymentId: text('deployment_id'),
    environmentId: text('environment_id'),
    logicalEnvironmentId: text('logical_environment_id'),
    environmentName: text('environment_name'),
    logicalEnvironmentName: text('logical_environment_name'),
    name: text('name'),
    kind: text('kind'),
    seq: { type: 'integer', name: 'seq' },
    artifactId: text('artifact_id'),
    digest: text('digest'),
    status: text('status'),
    origin: text('origin'),
    deployedAt: time('deployed_at'),
    lastSeenAt: time('last_seen_at'),
    seenCount: { type: 'integer', name: 'seen_count', default: 1 },
    endedAt: time('ended_at', { nullable: true }),
    supersededById: text('superseded_by_id', { nullable: true }),
    reportedById: text('reported_by_id'),
  },
  relations: { deployment: manyToOne('Deployment', 'deployment_id') },
});
export const Event = new EntitySchema({
  name: 'Event',
  tableName: 'event',
  columns: {
    id: text('id', { primary: true }),
    organizationId: text('organization_id'),
    type: text('type'),
    subjectId: text('subject_id'),
    deploymentId: text('deployment_id', { nullable: true }),
    recordId: text('record_id', { nullable: true }),
    actorId: text('actor_id'),
    observedAt: time('observed_at', { nullable: true }),
    detail: { type: 'jsonb', name: 'detail' },
  },
});

export const ENTITIES = [
  Organization,
  Environment,
  LogicalEnvironment,
  Artifact,
  Deployment,
  DeploymentRecord,
  Event,
];
