import { Inject, Injectable } from '@nestjs/common';
import { mutate, require, type Actor } from '../access/index.js';
import {
  DEFAULT_ENVIRONMENT,
  DEFAULT_LOGICAL_ENVIRONMENT,
  PlacesService,
  type Environment,
} from '../environments/index.js';
import {
  checkLists,
  Database,
  parseDigest,
  parseInstant,
  readPage,
  RollcallError,
  toPage,
  type Page,
  type PageArgs,
} from '../platform/index.js';
import { archiveEnvironment } from './archive-environment.js';
import { decommission, type DecommissionAnswer } from './decommission-deployment.js';
import type { Deployment, DeploymentRecord } from './deployment.js';
import * as queries from './deployments.queries.js';
import { findRecords } from './deployments.store.js';
import { RecordLane } from './record-lane.js';
import {
  readDigest,
  readIdempotencyKey,
  readObservedAt,
  readPlace,
  readRecord,
  type PlaceInput,
  type RecordInput,
} from './record-request.js';
import type { RecordAnswer } from './record-writes.js';
import {
  countRecords,
  listRecords,
  type RecordParts,
  type RecordFilter,
  type RecordOrder,
  type RecordRow,
} from './records.queries.js';

export const MAX_BULK = 500;

/** What runs where: recording it, ending it, reading it. */
@Injectable()
export class DeploymentsService {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(PlacesService) private readonly places: PlacesService,
    @Inject(RecordLane) private readonly lane: RecordLane,
  ) {}

  /** 9.2. Answered after the commit; a refusal is thrown. */
  async record(actor: Actor, input: RecordInput): Promise<RecordAnswer> {
    require(actor, 'record.write');
    return this.lane.record(readRecord(actor, input));
  }

  /** Up to 500 records, each with its own answer or error, in input order; one bad item never fails the others. */
  async recordMany(actor: Actor, inputs: RecordInput[]): Promise<(RecordAnswer | Error)[]> {
    require(actor, 'record.write');
    if (inputs.length < 1 || inputs.length > MAX_BULK)
      throw new RollcallError(
        'BATCH_TOO_LARGE',
        `a call carries 1 to ${MAX_BULK} records, not ${inputs.length}`,
        {
          field: ['records'],
          hint: 'send several calls',
        },
      );
    const key = actor.idempotencyKey;
    const each = { ...actor, idempotencyKey: null };
    return Promise.all(
      inputs.map(async (input, i) => {
        try {
          const keyed =
            key === null ? input : { ...input, idempotencyKey: input.idempotencyKey ?? `${key}#${i}` };
          return await this.lane.record(readRecord(each, keyed));
        } catch (error) {
          return error as Error;
        }
      }),
    );
  }

  /** 9.4; a refusal is thrown after its event was committed. */
  async decommission(
    actor: Actor,
    input: PlaceInput & { digest: string; observedAt?: string | null; idempotencyKey?: string | null },
  ): Promise<DecommissionAnswer> {
    require(actor, 'record.decommission');
    const request = {
      ...readPlace(actor, input),
      digest: readDigest(input.digest),
      observedAt: readObservedAt(input.observedAt),
    };
    const keyed = { ...actor, idempotencyKey: readIdempotencyKey(actor, input.idempotencyKey) };
    const { requestId: _, ...content } = request;
    return mutate(this.db, keyed, 'decommissionDeployment', content, (tx) =>
      decommission(tx, this.places, request),
    );
  }

  /** What still runs there is refused, or with `detachRecords` decommissioned. */
  archiveEnvironment(actor: Actor, input: { name: string; detachRecords: boolean }): Promise<Environment> {
    require(actor, 'environment.manage');
    if (input.detachRecords) require(actor, 'record.decommission');
    return mutate(this.db, actor, 'archiveEnvironment', input, (tx) =>
      archiveEnvironment(tx, this.places, actor, input),
    );
  }

  /** `parts` says what of each row is needed; every part when it is left out. */
  async records(
    actor: Actor,
    filter: RecordFilter,
    order: RecordOrder,
    args: PageArgs,
    parts?: RecordParts,
  ): Promise<Page<RecordRow>> {
    require(actor, 'deployment.read');
    checkLists(filter);
    const digests = filter.digests?.map((text) => parseDigest(text) ?? text);
    const wanted = digests ? { ...filter, digests } : filter;
    const page = readPage<[string, string]>(args, 2);
    if (page.after && order.field === 'DEPLOYED_AT' && parseInstant(page.after[0]) === null)
      throw new RollcallError('BAD_REQUEST', 'after is not a cursor of this list', { field: ['after'] });
    const rows = await listRecords(
      this.db,
      actor.organizationId,
      wanted,
      order,
      page.after,
      page.limit,
      parts,
    );
    const keyOf = (row: RecordRow): string[] => [order.field === 'NAME' ? row.name : row.deployedAt, row.id];
    return toPage(rows, page, keyOf, () => countRecords(this.db, actor.organizationId, wanted));
  }

  async deployments(
    actor: Actor,
    filter: queries.DeploymentFilter,
    args: PageArgs,
  ): Promise<Page<Deployment>> {
    require(actor, 'deployment.read');
    checkLists(filter);
    const page = readPage<[string]>(args, 1);
    const after = page.after?.[0] ?? null;
    const rows = await queries.listDeployments(this.db, actor.organizationId, filter, after, page.limit);
    return toPage(
      rows,
      page,
      (row) => [row.id],
      () => queries.countDeployments(this.db, actor.organizationId, filter),
    );
  }

  /** null = no such Deployment. */
  async deployment(actor: Actor, key: PlaceInput): Promise<Deployment | null> {
    require(actor, 'deployment.read');
    return queries.findDeployment(this.db, actor.organizationId, {
      environment: key.environment ?? DEFAULT_ENVIRONMENT,
      logicalEnvironment: key.logicalEnvironment ?? DEFAULT_LOGICAL_ENVIRONMENT,
      name: key.name,
      kind: key.kind,
    });
  }

  async deploymentById(actor: Actor, id: string): Promise<Deployment | null> {
    require(actor, 'deployment.read');
    return (await this.linkedDeployments(actor, [id]))[0] ?? null;
  }

  async recordById(actor: Actor, id: string): Promise<DeploymentRecord | null> {
    require(actor, 'deployment.read');
    return (await this.linkedRecords(actor, [id]))[0] ?? null;
  }

  /** What a record belongs to, in the order of `ids`. Who may see or write the record needs no key for it. */
  async linkedDeployments(actor: Actor, ids: readonly string[]): Promise<(Deployment | null)[]> {
    return inOrder(ids, await queries.findDeployments(this.db, actor.organizationId, ids), (row) => row.id);
  }

  /** What took the place of a record, in the order of `ids`; null for unknown ones. */
  async linkedRecords(actor: Actor, ids: readonly string[]): Promise<(DeploymentRecord | null)[]> {
    return inOrder(ids, await findRecords(this.db.pool, actor.organizationId, ids), (row) => row.id);
  }

  /** The active record of each Deployment; null = nothing runs. */
  async activeRecords(actor: Actor, deploymentIds: readonly string[]): Promise<(DeploymentRecord | null)[]> {
    require(actor, 'deployment.read');
    const rows = await queries.findActiveRecords(this.db, actor.organizationId, deploymentIds);
    return inOrder(deploymentIds, rows, (row) => row.deploymentId);
  }

  /** How much runs in each Environment or LogicalEnvironment. */
  async activeCounts(
    actor: Actor,
    by: 'environment_id' | 'logical_environment_id',
    ids: readonly string[],
  ): Promise<number[]> {
    require(actor, 'deployment.read');
    const rows = await queries.countActive(this.db, actor.organizationId, by, ids);
    return inOrder(ids, rows, (row) => row.id).map((row) => row?.count ?? 0);
  }
}

function inOrder<Row>(ids: readonly string[], rows: Row[], idOf: (row: Row) => string): (Row | null)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id) ?? null);
}
