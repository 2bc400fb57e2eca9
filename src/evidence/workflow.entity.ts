import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** What runs builds. */
@Entity({ name: 'workflow' })
export class WorkflowEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ name: 'project_id', type: 'text', nullable: true })
  projectId!: string | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  source!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
