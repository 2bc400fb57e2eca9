import pg from 'pg';
import type { Database, Queryable, Tx } from './database.js';
import { newId } from './ids.js';
import type { Instant } from './instant.js';

/** A fact to append. The subject is the object that changed; `detail` carries before and after, never a secret. */
export interface NewEvent {
  organizationId: string;
  type: string;
  subjectId: string;
  actorId: string;
  requestId: string | null;
  deploymentId?: string | null;
  recordId?: string | null;
  observedAt?: Instant | null;
  detail?: Record<string, unknown>;
}

export interface EventRow {
  id: string;
  /** Position in the log, opaque to readers. */
  cursor: [xid: string, seq: string];
  type: string;
  subjectId: string;
  deploymentId: string | null;
  recordId: string | null;
  actorId: string;
  requestId: string | null;
  observedAt: Instant | null;
  receivedAt: Instant;
  detail: Record<string, unknown>;
}

/** Appends events inside the transaction of the facts they tell of (I-14). */
export async function appendEvents(tx: Tx, events: NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query({
    name: 'append-events',
    text: `insert into event (id, organization_id, type, subject_id, deployment_id, record_id, actor_id, request_id,
             observed_at, detail)
           select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
             $8::text[], $9::timestamptz[], $10::jsonb[])`,
    values: [
      events.map(() => newId('evt')),
      events.map((event) => event.organizationId),
      events.map((event) => event.type),
      events.map((event) => event.subjectId),
      events.map((event) => event.deploymentId ?? null),
      events.map((event) => event.recordId ?? null),
      events.map((event) => event.actorId),
      events.map((event) => event.requestId),
      events.map((event) => event.observedAt ?? null),
      events.map((event) => JSON.stringify(event.detail ?? {})),
    ],
  });
}

/** The end of the log as it is safe to read now: what is appended later comes behind it. */
export async function endOfLog(db: Queryable): Promise<[string, string]> {
  const { rows } = await db.query<{ xid: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as xid',
  );
  return [rows[0]?.xid ?? '0', '-1'];
}

/** Events of one organization behind `after`, oldest first, only of the given types. */
export async function readEvents(
  db: Database,
  organizationId: string,
  types: readonly string[],
  after: readonly [string, string],
  limit: number,
): Promise<EventRow[]> {
  const rows = await db.query<EventRow & { xid: string; seq: number }>(
    'read-events',
    `select id, xid::text as xid, seq, type, subject_id as "subjectId", deployment_id as "deploymentId",
       record_id as "recordId", actor_id as "actorId", request_id as "requestId", observed_at as "observedAt",
       received_at as "receivedAt", detail
     from event
     where organization_id = $1 and (xid, seq) > ($3::xid8, $4::bigint) and type = any($2)
       and xid < pg_snapshot_xmin(pg_current_snapshot())
     order by xid, seq limit $5`,
    [organizationId, types, after[0], after[1], limit],
  );
  return rows.map(({ xid, seq, ...row }) => ({ ...row, cursor: [xid, String(seq)] }));
}

const POLL_MS = 1_000;

/**
 * Wakes readers of the log: on NOTIFY at once, and every second in case the listening connection was lost.
 * The rows are the truth, a wake is only a hint.
 */
export class EventWaker {
  private readonly waiting = new Set<() => void>();
  private client: pg.Client | null = null;
  private closed = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly settings: pg.ClientConfig) {}

  /** Resolves at the next sign of new events, or when `signal` aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (this.closed || signal.aborted) return;
    void this.listen();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearInterval(this.timer);
    this.wake();
    await this.client?.end().catch(() => {});
  }

  private wake(): void {
    for (const done of [...this.waiting]) done();
  }

  private async listen(): Promise<void> {
    this.timer ??= setInterval(() => {
      this.wake();
      if (!this.client && this.waiting.size > 0) void this.listen();
    }, POLL_MS);
    if (this.client || this.closed) return;
    const client = new pg.Client({ ...this.settings, application_name: 'rollcall-events' });
    this.client = client;
    const lost = (): void => {
      if (this.client === client) this.client = null;
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.wake());
    try {
      await client.connect();
      await client.query('listen rollcall_event');
    } catch {
      lost();
    }
  }
}
