import { DataSource } from 'typeorm';
import { newId } from '../../dist/src/platform/index.js';
import {
  Artifact,
  Deployment,
  DeploymentRecord,
  ENTITIES,
  Environment,
  Event,
  LogicalEnvironment,
  Organization,
} from './entities.mjs';

export const openDataSource = (url) =>
  new DataSource({
    type: 'postgres',
    url,
    entities: ENTITIES,
    poolSize: 16,
    extra: { options: '-c timezone=UTC -c jit=off' },
  }).initialize();

const RETRYABLE = ['23505', '40001', '40P01'];
const MAX_ATTEMPTS = 20;

/**
 * One record as it is usually written with TypeORM: a transaction that finds the active record under a lock, and
 * refreshes it or supersedes it and inserts. It finds a heartbeat's row, with the names that it belongs to, by one
 * query; what the load never does is left out, as in record-function.sql.
 */
export const typeormRecord = (source) => async (request) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await source.transaction((manager) => record(manager, request));
    } catch (error) {
      // Two changes of one Deployment at once: the second one no longer finds the row it waited for.
      if (!RETRYABLE.includes(error.code) || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
};

async function record(manager, request) {
  const { organizationId, environment, logicalEnvironment, name, kind, digest } = request;
  const [current] = await manager.find(DeploymentRecord, {
    where: {
      status: 'DEPLOYED',
      deployment: {
        organizationId,
        name,
        kind,
        environment: { organizationId, name: environment, state: 'ACTIVE' },
        logicalEnvironment: { organizationId, name: logicalEnvironment, state: 'ACTIVE' },
      },
    },
    relations: { deployment: true },
    lock: { mode: 'pessimistic_write', tables: ['deployment_record', 'deployment'] },
  });
  if (current?.digest === digest) {
    const lastSeenAt = new Date(Math.max(Date.now(), current.lastSeenAt.getTime()));
    await manager.update(
      DeploymentRecord,
      { id: current.id },
      { lastSeenAt, seenCount: () => 'seen_count + 1' },
    );
    return { outcome: 'REFRESHED', record: { ...current, lastSeenAt, seenCount: current.seenCount + 1 } };
  }
  const organization = await manager.findOneByOrFail(Organization, { id: organizationId });
  const artifact = await manager.findOneByOrFail(Artifact, { organizationId, digest });
  const attested =
    !organization.requireAttestation ||
    artifact.evidence === 'VERIFIED' ||
    (artifact.evidence === 'EXISTS' && organization.attestationRequirement === 'EXISTS');
  if (!attested) throw new Error(`${digest} has no attestation`);
  const deployment = current?.deployment ?? (await newDeployment(manager, request));
  const at = new Date(Math.max(Date.now(), current?.lastSeenAt.getTime() ?? 0));
  const id = newId('rec');
  if (current)
    await manager.update(
      DeploymentRecord,
      { id: current.id },
      { status: 'SUPERSEDED', endedAt: at, supersededById: id },
    );
  const fresh = {
    id,
    organizationId,
    name,
    kind,
    digest,
    deploymentId: deployment.id,
    environmentId: deployment.environmentId,
    logicalEnvironmentId: deployment.logicalEnvironmentId,
    environmentName: environment,
    logicalEnvironmentName: logicalEnvironment,
    seq: deployment.seq + 1,
    artifactId: artifact.id,
    status: 'DEPLOYED',
    origin: 'REPORT',
    deployedAt: at,
    lastSeenAt: at,
    reportedById: request.principalId,
  };
  await manager.insert(DeploymentRecord, fresh);
  await manager.update(Deployment, { id: deployment.id }, { seq: deployment.seq + 1, observedMax: at });
  const event = {
    organizationId,
    subjectId: deployment.id,
    deploymentId: deployment.id,
    actorId: request.principalId,
    observedAt: at,
    detail: { digest },
  };
  await manager.insert(Event, [
    ...(current ? [{ ...event, id: newId('evt'), type: 'SUPERSEDED', recordId: current.id }] : []),
    { ...event, id: newId('evt'), type: 'RECORDED', recordId: id },
  ]);
  return { outcome: 'CREATED', record: fresh };
}

async function newDeployment(manager, { organizationId, environment, logicalEnvironment, name, kind }) {
  const place = await manager.findOneByOrFail(Environment, {
    organizationId,
    name: environment,
    state: 'ACTIVE',
  });
  const stage = await manager.findOneByOrFail(LogicalEnvironment, {
    organizationId,
    name: logicalEnvironment,
    state: 'ACTIVE',
  });
  const made = {
    id: newId('dep'),
    organizationId,
    environmentId: place.id,
    logicalEnvironmentId: stage.id,
    name,
    kind,
    seq: 0,
  };
  await manager.insert(Deployment, made);
  return made;
}
