import { Inject, Injectable } from '@nestjs/common';
import { AccessService, require, type Actor } from '../access/index.js';
import { PlacesService } from '../environments/index.js';
import {
  checkLists,
  Database,
  decodeCursor,
  encodeCursor,
  endOfLog,
  EventWaker,
  readEvents,
  RollcallError,
  type EventRow,
} from '../platform/index.js';
import { EVENT_TYPES, type Deployment, type DeploymentEventType } from './deployment.js';
import { findDeployments } from './deployments.queries.js';

const PAGE = 200;

export interface DeploymentChange {
  /** Give it as `after` to go on behind this change, also after a restart. */
  cursor: string;
  type: DeploymentEventType;
  deploymentId: string;
  deployment: Deployment;
  recordId: string | null;
  observedAt: string | null;
  receivedAt: string;
  actorId: string;
}

/** Names; null = no condition. A LogicalEnvironment that is made later counts from then on. */
export interface ChangeFilter {
  environments?: string[] | null;
  logicalEnvironments?: string[] | null;
  names?: string[] | null;
}

/** The log of what happened to Deployments, as it happens. */
@Injectable()
export class DeploymentChanges {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(EventWaker) private readonly waker: EventWaker,
    @Inject(AccessService) private readonly access: AccessService,
    @Inject(PlacesService) private readonly places: PlacesService,
  ) {}

  /**
   * Changes behind `after` (null = from now on), in the order of the log; none is skipped. Ends when `signal` aborts;
   * throws UNAUTHENTICATED when the token of the actor ends.
   */
  async *changes(
    actor: Actor,
    filter: ChangeFilter,
    after: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<DeploymentChange> {
    require(actor, 'deployment.read');
    checkLists(filter);
    let position = after === null ? await endOfLog(this.db.pool) : readPosition(after);
    while (!signal.aborted) {
      const woken = this.waker.next(signal);
      await this.access.confirm(actor);
      const events = await readEvents(this.db, actor.organizationId, EVENT_TYPES, position, PAGE);
      for await (const change of this.toChanges(actor, filter, events)) yield change;
      const last = events[events.length - 1];
      if (last) position = last.cursor;
      if (events.length < PAGE) await woken;
    }
  }

  private async *toChanges(
    actor: Actor,
    filter: ChangeFilter,
    events: EventRow[],
  ): AsyncGenerator<DeploymentChange> {
    if (events.length === 0) return;
    const { environments, logicalEnvironments, names } = filter;
    const environmentIds = environments && (await this.places.environmentIds(actor, environments));
    const logicalEnvironmentIds =
      logicalEnvironments && (await this.places.logicalEnvironmentIds(actor, logicalEnvironments));
    const wanted = (deployment: Deployment): boolean =>
      (environmentIds?.includes(deployment.environmentId) ?? true) &&
      (logicalEnvironmentIds?.includes(deployment.logicalEnvironmentId) ?? true) &&
      (names?.includes(deployment.name) ?? true);
    const ids = [...new Set(events.map((event) => event.subjectId))];
    const deployments = new Map(
      (await findDeployments(this.db, actor.organizationId, ids)).map((row) => [row.id, row]),
    );
    for (const event of events) {
      const deployment = deployments.get(event.subjectId);
      if (!deployment || !wanted(deployment)) continue;
      yield {
        cursor: encodeCursor(event.cursor),
        type: event.type as DeploymentEventType,
        deploymentId: deployment.id,
        deployment,
        recordId: event.recordId,
        observedAt: event.observedAt,
        receivedAt: event.receivedAt,
        actorId: event.actorId,
      };
    }
  }
}

function readPosition(cursor: string): [xid: string, seq: string] {
  const [xid, seq] = decodeCursor(cursor, 2) as [string, string];
  if (!/^\d{1,18}$/.test(xid) || !/^(-1|\d{1,18})$/.test(seq))
    throw new RollcallError('BAD_REQUEST', 'after is not a cursor of this list', { field: ['after'] });
  return [xid, seq];
}
