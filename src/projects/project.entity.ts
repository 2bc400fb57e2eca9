import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** A project, as evidence or records name it. */
@Entity({ name: 'project' })
export class ProjectEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ type: 'text' })
  slug!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'archived_at', type: 'timestamptz', precision: 3, nullable: true })
  archivedAt!: Instant | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
