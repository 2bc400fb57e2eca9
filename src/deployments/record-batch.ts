import { kindMismatch } from '../artifacts/index.js';
import type { PlacesService } from '../environments/index.js';
import { newId, RollcallError, type Tx } from '../platform/index.js';
import { ensureProject, findProjectIds } from '../projects/index.js';
import * as store from './deployments.store.js';
import { deploymentNotFound, refusePlaces } from './place-refusals.js';
import { claimRecordKeys, keepAnswers } from './record-keys.js';
import type { RecordRequest } from './record-request.js';
import { checkLead, decideRecord, type DeploymentState } from './record-rules.js';
import { writeDecisions, type Decided, type Item, type RecordAnswer } from './record-writes.js';

/**
 * The whole of 9.2 for a batch with distinct Deployments, in one transaction: an answer or a refusal for each, in input
 * order. A refused item writes nothing; only a fault of the database throws.
 */
export async function recordBatch(
  tx: Tx,
  places: PlacesService,
  batch: { request: RecordRequest; times: number }[],
): Promise<(RecordAnswer | RollcallError)[]> {
  const keyed = batch.filter(({ request }) => request.idempotencyKey !== null);
  const replays = await claimRecordKeys(
    tx,
    keyed.map(({ request }) => request),
  );
  const fresh = batch.filter(({ request }) => !replays.has(request));
  const resolved = await store.resolve(
    tx,
    fresh.map(({ request }) => request),
  );
  const items: Item[] = fresh.map((entry, i) => ({
    ...entry,
    resolved: resolved[i] as store.Resolved,
    answer: null,
  }));

  for (const item of items) item.answer = await refusal(tx, places, item);
  await createPlaces(tx, places, open(items));
  const locked = await lockDeployments(tx, places, open(items));
  await decideAndWrite(tx, locked);

  const answers = new Map(items.map((item) => [item.request, item.answer as RecordAnswer | RollcallError]));
  await keepAnswers(
    tx,
    keyed.map(({ request }) => request).filter((request) => !replays.has(request)),
    answers,
  );
  return batch.map(
    ({ request }) => replays.get(request) ?? (answers.get(request) as RecordAnswer | RollcallError),
  );
}

const open = (items: Item[]): Item[] => items.filter((item) => item.answer === null);

/** Steps 1 to 3, and what 9.1 forbids to create; null = go on. */
async function refusal(tx: Tx, places: PlacesService, item: Item): Promise<RollcallError | null> {
  const { request, resolved } = item;
  const mayCreate = request.mode === 'RECORD';
  const refused = await refusePlaces(tx, places, request, resolved, {
    environment: mayCreate && resolved.createEnvironments,
    logicalEnvironment: mayCreate && resolved.createLogicalEnvironments,
  });
  if (refused) return refused;
  const attested =
    !resolved.requireAttestation ||
    resolved.evidence === 'VERIFIED' ||
    (resolved.evidence === 'EXISTS' && resolved.attestationRequirement === 'EXISTS');
  if (resolved.artifactId === null || !attested) return artifactNotFound(request, resolved);
  if (resolved.artifactKind !== null && resolved.artifactKind !== request.kind)
    return kindMismatch(resolved.artifactKind, request.kind);
  try {
    checkLead(request.observedAt, resolved.now);
  } catch (error) {
    return error as RollcallError;
  }
  return request.mode === 'HEARTBEAT' && resolved.deploymentId === null ? deploymentNotFound(request) : null;
}

/** H35: says what is missing, and how to bring it. */
function artifactNotFound(request: RecordRequest, resolved: store.Resolved): RollcallError {
  const unknown = resolved.artifactId === null;
  const verified = resolved.attestationRequirement === 'VERIFIED';
  const message = unknown
    ? `the artifact ${request.digest} is unknown`
    : `the artifact ${request.digest} has no ${verified ? 'verified' : 'valid'} attestation`;
  return new RollcallError('ARTIFACT_NOT_FOUND', message, {
    field: ['digest'],
    hint: 'push an attestation that names this digest first: `rollcall attestation push FILE`',
    details: {
      evidence: resolved.evidence ?? 'NONE',
      attestationRequirement: resolved.attestationRequirement,
    },
  });
}

/** Implicit creation, after every check (9.1, 9.2 step 4). */
async function createPlaces(tx: Tx, places: PlacesService, items: Item[]): Promise<void> {
  const missing = items.filter(
    ({ resolved }) => resolved.environmentId === null || resolved.logicalEnvironmentId === null,
  );
  if (missing.length === 0) return;
  const ordered = [...missing].sort((a, b) =>
    a.request.logicalEnvironment < b.request.logicalEnvironment ? -1 : 1,
  );
  for (const { request, resolved } of ordered) {
    if (resolved.environmentId === null) await places.ensureEnvironment(tx, request, request.environment);
    if (resolved.logicalEnvironmentId === null)
      await places.ensureLogicalEnvironment(tx, request, request.logicalEnvironment);
  }
  const again = await store.resolve(
    tx,
    missing.map(({ request }) => request),
  );
  missing.forEach((item, i) => (item.resolved = again[i] as store.Resolved));
}

/** Holds the places, inserts what is new and locks; an item whose place was archived meanwhile is refused. */
async function lockDeployments(
  tx: Tx,
  places: PlacesService,
  items: Item[],
): Promise<(Item & { deployment: store.LockedDeployment })[]> {
  if (items.length === 0) return [];
  const held = await store.holdPlaces(
    tx,
    items.map(({ resolved }) => resolved.environmentId as string),
    items.map(({ resolved }) => resolved.logicalEnvironmentId as string),
  );
  for (const item of items) {
    const { environmentId, logicalEnvironmentId } = item.resolved;
    if (held.has(environmentId as string) && held.has(logicalEnvironmentId as string)) continue;
    const [now] = await store.resolve(tx, [item.request]);
    item.answer = await refusePlaces(tx, places, item.request, now as store.Resolved, {
      environment: false,
      logicalEnvironment: false,
    });
  }
  const going = open(items);
  const keys = going.map(({ request, resolved }) => ({
    organizationId: request.organizationId,
    environmentId: resolved.environmentId as string,
    logicalEnvironmentId: resolved.logicalEnvironmentId as string,
    name: request.name,
    kind: request.kind,
  }));
  const created = keys.filter((_, i) => (going[i] as Item).resolved.deploymentId === null);
  if (created.length > 0)
    await store.ensureDeployments(
      tx,
      created.map((key) => ({ id: newId('dep'), ...key })),
    );
  const locked = await store.lockDeployments(tx, keys);
  return locked.map((deployment) => Object.assign(going[deployment.ord - 1] as Item, { deployment }));
}

/** Steps 4 to 6, under the locks. */
async function decideAndWrite(
  tx: Tx,
  items: (Item & { deployment: store.LockedDeployment })[],
): Promise<void> {
  if (items.length === 0) return;
  const projects = await findNamedProjects(tx, items);
  const states = await store.readStates(
    tx,
    items.map(({ deployment, request, resolved }) => ({
      deployment,
      organizationId: request.organizationId,
      artifactId: resolved.artifactId,
      observedAt: request.observedAt,
    })),
  );
  const decided: Decided[] = [];
  items.forEach((item, i) => {
    const state = states[i] as DeploymentState;
    try {
      checkOwner(item, projects.get(item) ?? null);
      decided.push({ item, state, newOwner: null, decision: decideRecord(state, item.request) });
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
      item.answer = error;
    }
  });
  await claimOwners(tx, decided);
  await writeDecisions(tx, decided);
}

/** Ids of the projects that items name; a project that nobody named before has none yet. */
async function findNamedProjects(tx: Tx, items: Item[]): Promise<Map<Item, string>> {
  const named = items.filter(({ request }) => request.project !== null);
  if (named.length === 0) return new Map();
  const ids = await findProjectIds(
    tx,
    named.map(({ request }) => ({ organizationId: request.organizationId, slug: request.project as string })),
  );
  return new Map(named.flatMap((item, i) => (ids[i] ? [[item, ids[i]] as const] : [])));
}

/** G20: a Deployment that has an owner takes no record of another project. */
function checkOwner({ request, deployment }: Decided['item'], projectId: string | null): void {
  if (
    request.project === null ||
    deployment.ownerProjectId === null ||
    deployment.ownerProjectId === projectId
  )
    return;
  throw new RollcallError(
    'DEPLOYMENT_OWNED_ELSEWHERE',
    `the Deployment ${request.name} belongs to another project`,
    {
      field: ['name'],
      hint: 'choose another name, for example project/service',
    },
  );
}

/** An unowned Deployment goes to the project its record names, which is made when it is new; a heartbeat claims nothing. */
async function claimOwners(tx: Tx, decided: Decided[]): Promise<void> {
  const claims = decided.filter(
    ({ item }) =>
      item.request.project !== null &&
      item.request.mode === 'RECORD' &&
      item.deployment.ownerProjectId === null,
  );
  claims.sort((a, b) => ((a.item.request.project as string) < (b.item.request.project as string) ? -1 : 1));
  for (const claim of claims)
    claim.newOwner = await ensureProject(
      tx,
      claim.item.request.organizationId,
      claim.item.request.project as string,
    );
}
