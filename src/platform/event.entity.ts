import { Column, Entity, PrimaryGeneratedColumn, type ColumnType } from 'typeorm';
import type { Instant } from './instant.js';

/** A row of the append-only log. */
@Entity({ name: 'event' })
export class EventEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  seq!: number;

  // TypeORM's list of types lacks it.
  @Column({ type: 'xid8' as ColumnType })
  xid!: string;

  @Column({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ name: 'subject_id', type: 'text' })
  subjectId!: string;

  @Column({ name: 'deployment_id', type: 'text', nullable: true })
  deploymentId!: string | null;

  @Column({ name: 'record_id', type: 'text', nullable: true })
  recordId!: string | null;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'request_id', type: 'text', nullable: true })
  requestId!: string | null;

  @Column({ name: 'observed_at', type: 'timestamptz', precision: 3, nullable: true })
  observedAt!: Instant | null;

  @Column({ name: 'received_at', type: 'timestamptz', precision: 3 })
  receivedAt!: Instant;

  @Column({ type: 'jsonb' })
  detail!: unknown;
}
