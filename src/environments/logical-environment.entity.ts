import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** A lifecycle stage. */
@Entity({ name: 'logical_environment' })
export class LogicalEnvironmentEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  @Column({ type: 'jsonb' })
  attributes!: unknown;

  @Column({ type: 'text' })
  state!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
