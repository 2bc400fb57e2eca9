import type { PlacesService } from '../environments/index.js';
import { appendEvents, RollcallError, type NewEvent, type Tx } from '../platform/index.js';
import type { DecommissionOutcome, DeploymentRecord } from './deployment.js';
import * as store from './deployments.store.js';
import { deploymentNotFound, refusePlaces } from './place-refusals.js';
import type { Place } from './record-request.js';
import { checkLead, decideDecommission, type DeploymentState } from './record-rules.js';

export interface DecommissionRequest extends Place {
  digest: string;
  observedAt: string | null;
}

export interface DecommissionAnswer {
  outcome: DecommissionOutcome;
  record: DeploymentRecord;
}

/**
 * 9.4 in one transaction. A refusal by state is answered, not thrown, so that its REFUSED event is committed; creates
 * nothing (G12).
 */
export async function decommission(
  tx: Tx,
  places: PlacesService,
  request: DecommissionRequest,
): Promise<DecommissionAnswer | RollcallError> {
  const [resolved] = (await store.resolve(tx, [request])) as [store.Resolved];
  const refused = await refusePlaces(
    tx,
    places,
    request,
    { ...resolved, environmentState: null },
    {
      environment: false,
      logicalEnvironment: false,
    },
  );
  if (refused) return refused;
  checkLead(request.observedAt, resolved.now);
  const [deployment] = await store.lockDeployments(tx, [
    {
      organizationId: request.organizationId,
      environmentId: resolved.environmentId as string,
      logicalEnvironmentId: resolved.logicalEnvironmentId as string,
      name: request.name,
      kind: request.kind,
    },
  ]);
  if (!deployment) return deploymentNotFound(request);
  const [state] = (await store.readStates(tx, [
    {
      deployment,
      organizationId: request.organizationId,
      artifactId: resolved.artifactId,
      observedAt: request.observedAt,
    },
  ])) as [DeploymentState];

  const event = (type: string, recordId: string | null, detail: Record<string, unknown>): NewEvent => ({
    organizationId: request.organizationId,
    type,
    subjectId: deployment.id,
    deploymentId: deployment.id,
    recordId,
    actorId: request.principalId,
    requestId: request.requestId,
    observedAt: request.observedAt ?? state.now,
    detail,
  });
  try {
    const decision = decideDecommission(state, request);
    if (decision.outcome === 'UNCHANGED') {
      const [record] = await store.findRecords(tx, request.organizationId, [
        (state.last as { id: string }).id,
      ]);
      return { outcome: 'UNCHANGED', record: record as DeploymentRecord };
    }
    const current = state.current as DeploymentRecord;
    const [record] = await store.endRecords(tx, [
      { id: current.id, at: decision.at, supersededById: null, endReason: 'REPORTED' },
    ]);
    await store.touchDeployments(tx, [
      { id: deployment.id, observedMax: decision.at, seq: deployment.seq, ownerProjectId: null },
    ]);
    await appendEvents(tx, [
      event('DECOMMISSIONED', current.id, { digest: current.digest, reason: 'REPORTED' }),
    ]);
    return { outcome: 'DECOMMISSIONED', record: record as DeploymentRecord };
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    await appendEvents(tx, [event('REFUSED', null, { code: error.code, digest: request.digest })]);
    return error;
  }
}
