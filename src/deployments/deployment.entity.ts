import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** The stable identity of what runs. */
@Entity({ name: 'deployment' })
export class DeploymentEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ name: 'environment_id', type: 'text' })
  environmentId!: string;

  @Column({ name: 'logical_environment_id', type: 'text' })
  logicalEnvironmentId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ name: 'owner_project_id', type: 'text', nullable: true })
  ownerProjectId!: string | null;

  @Column({ name: 'observed_max', type: 'timestamptz', precision: 3, nullable: true })
  observedMax!: Instant | null;

  @Column({ type: 'integer' })
  seq!: number;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
