import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PlacesService } from '../environments/index.js';
import { Database, isRetryable, isUnavailable, type RollcallError } from '../platform/index.js';
import { KeyedGatherer, type Slot } from './keyed-gatherer.js';
import { recordBatch } from './record-batch.js';
import type { RecordRequest } from './record-request.js';
import type { RecordAnswer } from './record-writes.js';
import { resolve, type Resolved } from './deployments.store.js';
import { refresh, type RefreshItem } from './refresh.store.js';

interface KnownIds {
  deploymentId: string;
  artifactId: string;
}

type RecordSlot = Slot<RecordRequest, RecordAnswer>;

const BATCHES_IN_FLIGHT = 2;
const MAX_BATCH = 512;
const MAX_ATTEMPTS = 10;
const MAX_KNOWN = 200_000;

/**
 * Every record of this process goes through here: heartbeats of what is active by one statement a batch, all else by
 * the whole algorithm. A caller is answered after its own commit (docs/decisions/0002-recording-in-two-lanes.md).
 */
@Injectable()
export class RecordLane implements OnApplicationShutdown {
  private readonly slow: RecordSlot[] = [];
  private slowRuns = false;
  private readonly known = new Map<string, KnownIds>();
  /** Deployments that were resolved or recorded since the start. */
  private readonly met = new Set<string>();

  private readonly gatherer = new KeyedGatherer<RecordRequest, RecordAnswer>({
    keyOf: (request) => keyOf(request),
    canShare: (waiting, next) =>
      // A repetition of an explicit instant has an answer of its own: UNCHANGED.
      waiting.digest === next.digest &&
      waiting.observedAt === null &&
      next.observedAt === null &&
      waiting.mode === next.mode &&
      waiting.ociRef === next.ociRef &&
      waiting.principalId === next.principalId &&
      waiting.project === null &&
      next.project === null &&
      waiting.idempotencyKey === null &&
      next.idempotencyKey === null,
    run: (slots) => this.runFast(slots),
    maxInFlight: BATCHES_IN_FLIGHT,
    maxBatch: MAX_BATCH,
  });

  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(PlacesService) private readonly places: PlacesService,
  ) {}

  record(request: RecordRequest): Promise<RecordAnswer> {
    return this.gatherer.submit(request);
  }

  /** What was accepted is answered before the process ends. */
  async onApplicationShutdown(): Promise<void> {
    await this.gatherer.drained();
  }

  private async runFast(slots: RecordSlot[]): Promise<void> {
    const missed = new Set(slots);
    try {
      const asked = slots.filter(({ item }) => item.idempotencyKey === null && item.project === null);
      await this.learn(asked);
      const known: RecordSlot[] = [];
      const items: RefreshItem[] = [];
      for (const slot of asked) {
        const ids = this.known.get(keyOf(slot.item, true));
        if (!ids) continue;
        known.push(slot);
        items.push({ request: slot.item, times: slot.waiters.length, ...ids });
      }
      if (items.length > 0)
        for (const { ord, moved, ...record } of await withRetry(() => refresh(this.db, items))) {
          const slot = known[ord - 1] as RecordSlot;
          missed.delete(slot);
          this.gatherer.settle(slot, { outcome: moved ? 'REFRESHED' : 'UNCHANGED', record });
        }
    } catch (error) {
      if (isUnavailable(error)) {
        for (const slot of missed) this.gatherer.settle(slot, error as Error);
        return;
      }
      // One item may have spoilt the statement: the whole algorithm tells which.
    }
    this.slow.push(...missed);
    void this.runSlow();
  }

  private async runSlow(): Promise<void> {
    if (this.slowRuns) return;
    this.slowRuns = true;
    try {
      while (this.slow.length > 0) await this.recordSlots(this.slow.splice(0, MAX_BATCH));
    } finally {
      this.slowRuns = false;
    }
  }

  private async recordSlots(slots: RecordSlot[]): Promise<void> {
    let answers: (RecordAnswer | Error)[];
    try {
      answers = await this.inTransaction(slots);
    } catch (error) {
      if (slots.length > 1 && !isUnavailable(error)) {
        for (const slot of slots) await this.recordSlots([slot]);
        return;
      }
      answers = slots.map(() => error as Error);
    }
    slots.forEach((slot, i) => {
      const answer = answers[i] as RecordAnswer | Error;
      this.rememberAnswer(slot.item, answer);
      const created =
        !(answer instanceof Error) && answer.outcome !== 'REFRESHED' && answer.outcome !== 'UNCHANGED';
      this.gatherer.settle(slot, answer, created);
    });
  }

  /** Resolves Deployments that this process has not met yet: the first heartbeats after a start are heartbeats too. */
  private async learn(slots: RecordSlot[]): Promise<void> {
    const unmet = slots.filter(({ item }) => !this.met.has(keyOf(item)));
    if (unmet.length === 0) return;
    if (this.met.size >= MAX_KNOWN) this.met.clear();
    const found = await resolve(
      this.db.pool,
      unmet.map(({ item }) => item),
    );
    unmet.forEach(({ item }, i) => {
      const { deploymentId, artifactId } = found[i] as Resolved;
      if (deploymentId !== null && artifactId !== null) this.remember(item, { deploymentId, artifactId });
      this.met.add(keyOf(item));
    });
  }

  /** That the names still stand for the ids is checked by every refresh; what it missed is remembered anew. */
  private remember(request: RecordRequest, ids: KnownIds): void {
    if (this.known.size >= MAX_KNOWN) {
      this.known.clear();
      this.met.clear();
    }
    this.known.set(keyOf(request, true), ids);
  }

  /** What the whole algorithm answered tells where the next heartbeat of this digest goes. */
  private rememberAnswer(request: RecordRequest, answer: RecordAnswer | Error): void {
    const record = answer instanceof Error || answer.outcome === 'STALE' ? null : answer.record;
    if (record?.digest === request.digest)
      this.remember(request, { deploymentId: record.deploymentId, artifactId: record.artifactId });
    else this.known.delete(keyOf(request, true));
  }

  private inTransaction(slots: RecordSlot[]): Promise<(RecordAnswer | RollcallError)[]> {
    const batch = slots.map((slot) => ({ request: slot.item, times: slot.waiters.length }));
    return withRetry(() => this.db.transaction((tx) => recordBatch(tx, this.places, batch)));
  }
}

function keyOf(request: RecordRequest, withDigest = false): string {
  const { organizationId, environment, logicalEnvironment, name, kind, digest } = request;
  const key = `${organizationId}\0${environment}\0${logicalEnvironment}\0${name}\0${kind}`;
  return withDigest ? `${key}\0${digest}` : key;
}

async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}
