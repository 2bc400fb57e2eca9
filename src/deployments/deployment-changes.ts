import { Inject, Injectable } from '@nestjs/common';
import { require, type Actor } from '../access/index.js';
import { Database, decodeCursor, encodeCursor, endOfLog, EventWaker, readEvents, type EventRow } from '../platform/index.js';
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

export interface ChangeFilter {
  environmentIds: string[] | null;
  logicalEnvironmentIds: string[] | null;
  names: string[] | null;
}

/** The log of what happened to Deployments, as it happens. */
@Injectable()
export class DeploymentChanges {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(EventWaker) private readonly waker: EventWaker,
  ) {}

  /** Changes behind `after` (null = from now on), in the order of the log, until `signal` aborts. None is skipped. */
  async *changes(actor: Actor, filter: ChangeFilter, after: string | null, signal: AbortSignal): AsyncGenerator<DeploymentChange> {
    require(actor, 'deployment.read');
    let position =
      after === null ? await endOfLog(this.db.pool) : (decodeCursor(after, 2) as [xid: string, seq: string]);
    while (!signal.aborted) {
      const woken = this.waker.next(signal);
      const events = await readEvents(this.db, actor.organizationId, EVENT_TYPES, position, PAGE);
      for await (const change of this.toChanges(actor, filter, events)) yield change;
      const last = events[events.length - 1];
      if (last) position = last.cursor;
      if (events.length < PAGE) await woken;
    }
  }

  private async *toChanges(actor: Actor, filter: ChangeFilter, events: EventRow[]): AsyncGenerator<DeploymentChange> {
    const ids = [...new Set(events.map((event) => event.subjectId))];
    const deployments = new Map(
      (await findDeployments(this.db, actor.organizationId, ids)).map((row) => [row.id, row]),
    );
    for (const event of events) {
      const deployment = deployments.get(event.subjectId);
      if (!deployment || !matches(deployment, filter)) continue;
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

const matches = (deployment: Deployment, filter: ChangeFilter): boolean =>
  (filter.environmentIds?.includes(deployment.environmentId) ?? true) &&
  (filter.logicalEnvironmentIds?.includes(deployment.logicalEnvironmentId) ?? true) &&
  (filter.names?.includes(deployment.name) ?? true);
