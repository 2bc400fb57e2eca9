import type { Actor } from '../access/index.js';
import type { Environment, PlacesService } from '../environments/index.js';
import { appendEvents, RollcallError, type Tx } from '../platform/index.js';
import type { DeploymentRecord } from './deployment.js';
import * as store from './deployments.store.js';

/**
 * Archives an Environment. What still runs there is refused, or with `detachRecords` decommissioned with that reason
 * (reading 9), under the locks of the Environment and of its Deployments.
 */
export async function archiveEnvironment(
  tx: Tx,
  places: PlacesService,
  actor: Actor,
  input: { name: string; detachRecords: boolean },
): Promise<Environment> {
  const environment = await places.lockEnvironment(tx, actor, input.name);
  const deployments = await store.lockActiveOfEnvironment(tx, actor.organizationId, environment.id);
  if (deployments.length > 0 && !input.detachRecords && !environment.builtIn)
    throw new RollcallError(
      'ENVIRONMENT_IN_USE',
      `${deployments.length} deployments run in ${environment.name}`,
      {
        field: ['name'],
        hint: 'decommission them first, or archive with --detach-records, which does it for you',
        details: { active: deployments.length },
      },
    );
  const archived = await places.archive(tx, actor, environment);
  if (deployments.length > 0) await detach(tx, actor, deployments);
  return archived;
}

async function detach(tx: Tx, actor: Actor, deploymentIds: string[]): Promise<void> {
  const states = await store.readStates(
    tx,
    deploymentIds.map((id) => ({
      deployment: { id, ord: 0, observedMax: null, seq: 0, ownerProjectId: null },
      organizationId: actor.organizationId,
      artifactId: null,
      observedAt: null,
    })),
  );
  const ending = states.flatMap((state) => {
    if (state.current === null) return [];
    const at = state.current.lastSeenAt > state.now ? state.current.lastSeenAt : state.now;
    return [{ current: state.current, at }];
  });
  await store.endRecords(
    tx,
    ending.map(({ current, at }) => ({
      id: current.id,
      at,
      supersededById: null,
      endReason: 'ENVIRONMENT_ARCHIVED',
    })),
  );
  await store.noteObserved(
    tx,
    ending.map(({ current, at }) => ({ id: current.deploymentId, at })),
  );
  await appendEvents(
    tx,
    ending.map(({ current, at }: { current: DeploymentRecord; at: string }) => ({
      organizationId: actor.organizationId,
      type: 'DECOMMISSIONED',
      subjectId: current.deploymentId,
      deploymentId: current.deploymentId,
      recordId: current.id,
      actorId: actor.principalId,
      requestId: actor.requestId,
      observedAt: at,
      detail: { digest: current.digest, reason: 'ENVIRONMENT_ARCHIVED' },
    })),
  );
}
