import { insertRefs, setUnknownKinds } from '../artifacts/index.js';
import { appendEvents, newId, type NewEvent, type RollcallError, type Tx } from '../platform/index.js';
import type { DeploymentRecord, RecordOutcome } from './deployment.js';
import * as store from './deployments.store.js';
import type { RecordRequest } from './record-request.js';
import type { DeploymentState, RecordDecision } from './record-rules.js';

export interface RecordAnswer {
  outcome: RecordOutcome;
  /** The record that was written or refreshed; for STALE the newest one of that digest. */
  record: DeploymentRecord | null;
}

/** An item of a batch on its way to its answer. */
export interface Item {
  request: RecordRequest;
  /** How many callers share it. */
  times: number;
  resolved: store.Resolved;
  answer: RecordAnswer | RollcallError | null;
}

export interface Decided {
  item: Item & { deployment: store.LockedDeployment };
  state: DeploymentState;
  /** The project that takes the Deployment with this record; null = the owner stays as it is. */
  newOwner: string | null;
  decision: RecordDecision;
}

/** Writes what was decided for a batch of locked Deployments, and answers each item. */
export async function writeDecisions(tx: Tx, decided: Decided[]): Promise<void> {
  const refreshed = decided.filter(
    ({ decision }) => decision.outcome === 'REFRESHED' || decision.outcome === 'UNCHANGED',
  );
  const created = decided.filter(({ decision }) => decision.outcome === 'CREATED');
  const stale = decided.filter(({ decision }) => decision.outcome === 'STALE');
  const records = new Map<Decided, DeploymentRecord | null>();

  if (refreshed.length > 0) {
    const rows = await store.refreshLocked(
      tx,
      refreshed.map(({ item, state, decision }) => ({
        id: (state.current as DeploymentRecord).id,
        at: decision.at,
        times: item.times,
      })),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const entry of refreshed)
      records.set(entry, byId.get((entry.state.current as DeploymentRecord).id) ?? null);
  }

  const unknownKinds = [...created, ...stale].filter(({ item }) => item.resolved.artifactKind === null);
  if (unknownKinds.length > 0)
    await setUnknownKinds(
      tx,
      unknownKinds.map(({ item }) => ({ id: item.resolved.artifactId as string, kind: item.request.kind })),
    );

  const inserts = [
    ...created,
    ...stale.filter(({ decision }) => decision.outcome === 'STALE' && decision.backfill),
  ];
  const ids = new Map(inserts.map((entry) => [entry, newId('rec')]));
  const ending = created.filter(({ state }) => state.current !== null);
  if (ending.length > 0)
    await store.endRecords(
      tx,
      ending.map((entry) => ({
        id: (entry.state.current as DeploymentRecord).id,
        at: entry.decision.at,
        supersededById: ids.get(entry) as string,
        endReason: null,
      })),
    );
  if (inserts.length > 0) {
    const rows = await store.insertRecords(
      tx,
      inserts.map((entry) => newRecord(entry, ids.get(entry) as string)),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const entry of inserts) records.set(entry, byId.get(ids.get(entry) as string) ?? null);
  }
  for (const entry of stale)
    if (!ids.has(entry))
      records.set(
        entry,
        await store.findLatestOf(tx, entry.item.deployment.id, entry.item.resolved.artifactId as string),
      );

  const touched = [...created, ...stale, ...refreshed.filter(({ newOwner }) => newOwner !== null)];
  if (touched.length > 0)
    await store.touchDeployments(
      tx,
      touched.map((entry) => ({
        id: entry.item.deployment.id,
        observedMax: observedMax(entry),
        seq: entry.item.deployment.seq + (ids.has(entry) ? 1 : 0),
        ownerProjectId: entry.newOwner,
      })),
    );
  await insertRefs(tx, created.flatMap(newRef));
  await appendEvents(
    tx,
    decided.flatMap((entry) => eventsOf(entry, ids.get(entry) ?? null)),
  );
  for (const entry of decided)
    entry.item.answer = { outcome: entry.decision.outcome, record: records.get(entry) ?? null };
}

function newRecord({ item, decision }: Decided, id: string): store.NewRecord {
  const { request, resolved, deployment } = item;
  const backfill = decision.outcome === 'STALE';
  return {
    id,
    organizationId: request.organizationId,
    deploymentId: deployment.id,
    environmentId: resolved.environmentId as string,
    logicalEnvironmentId: resolved.logicalEnvironmentId as string,
    environmentName: request.environment,
    logicalEnvironmentName: request.logicalEnvironment,
    name: request.name,
    kind: request.kind,
    seq: deployment.seq + 1,
    artifactId: resolved.artifactId as string,
    digest: request.digest,
    ociRef: request.ociRef,
    status: backfill ? 'SUPERSEDED' : 'DEPLOYED',
    origin: backfill ? 'BACKFILL' : 'REPORT',
    deployedAt: decision.at,
    endedAt: backfill ? decision.at : null,
    reportedById: request.principalId,
  };
}

const newRef = ({ item, decision }: Decided): Parameters<typeof insertRefs>[1] =>
  item.request.ociRef === null
    ? []
    : [
        {
          organizationId: item.request.organizationId,
          artifactId: item.resolved.artifactId as string,
          ociRef: item.request.ociRef,
          resolvedAt: decision.at,
          resolvedById: item.request.principalId,
        },
      ];

/** Heartbeats move `lastSeenAt` only; when their record ends, what they saw goes to the Deployment. */
function observedMax({ state, decision }: Decided): string {
  const seen = state.current?.lastSeenAt ?? decision.at;
  return seen > decision.at ? seen : decision.at;
}

function eventsOf({ item, state, decision, newOwner }: Decided, recordId: string | null): NewEvent[] {
  const { request, deployment } = item;
  const event = (type: string, id: string | null, detail: Record<string, unknown>): NewEvent => ({
    organizationId: request.organizationId,
    type,
    subjectId: deployment.id,
    deploymentId: deployment.id,
    recordId: id,
    actorId: request.principalId,
    requestId: request.requestId,
    observedAt: decision.at,
    detail,
  });
  const claimed = newOwner === null ? [] : [event('DEPLOYMENT_CLAIMED', null, { project: request.project })];
  if (decision.outcome === 'STALE') return [...claimed, event('STALE', recordId, { digest: request.digest })];
  if (decision.outcome !== 'CREATED') return claimed;
  const { current } = state;
  return [
    ...claimed,
    ...(current ? [event('SUPERSEDED', current.id, { digest: current.digest, supersededBy: recordId })] : []),
    event('RECORDED', recordId, { digest: request.digest, replaced: current?.digest ?? null }),
    ...(decision.flapping ? [event('FLAPPING', recordId, { switches: state.recentSwitches + 1 })] : []),
  ];
}
