import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** The fact that an artifact ran under a Deployment. */
@Entity({ name: 'deployment_record' })
export class DeploymentRecordEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ name: 'deployment_id', type: 'text' })
  deploymentId!: string;

  @Column({ name: 'environment_id', type: 'text' })
  environmentId!: string;

  @Column({ name: 'logical_environment_id', type: 'text' })
  logicalEnvironmentId!: string;

  @Column({ name: 'environment_name', type: 'text' })
  environmentName!: string;

  @Column({ name: 'logical_environment_name', type: 'text' })
  logicalEnvironmentName!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'integer' })
  seq!: number;

  @Column({ name: 'artifact_id', type: 'text' })
  artifactId!: string;

  @Column({ type: 'text' })
  digest!: string;

  @Column({ name: 'oci_ref', type: 'text', nullable: true })
  ociRef!: string | null;

  @Column({ type: 'text' })
  status!: string;

  @Column({ type: 'text' })
  origin!: string;

  @Column({ name: 'deployed_at', type: 'timestamptz', precision: 3 })
  deployedAt!: Instant;

  @Column({ name: 'last_seen_at', type: 'timestamptz', precision: 3 })
  lastSeenAt!: Instant;

  @Column({ name: 'seen_count', type: 'integer' })
  seenCount!: number;

  @Column({ name: 'ended_at', type: 'timestamptz', precision: 3, nullable: true })
  endedAt!: Instant | null;

  @Column({ name: 'superseded_by_id', type: 'text', nullable: true })
  supersededById!: string | null;

  @Column({ name: 'end_reason', type: 'text', nullable: true })
  endReason!: string | null;

  @Column({ name: 'reported_by_id', type: 'text' })
  reportedById!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
