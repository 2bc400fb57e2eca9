import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** A CI run, as evidence tells of it. */
@Entity({ name: 'build_run' })
export class BuildRunEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ name: 'workflow_id', type: 'text' })
  workflowId!: string;

  @Column({ type: 'text' })
  identity!: string;

  @Column({ type: 'boolean' })
  confirmed!: boolean;

  @Column({ type: 'text' })
  mapper!: string;

  @Column({ name: 'builder_id', type: 'text', nullable: true })
  builderId!: string | null;

  @Column({ name: 'build_type', type: 'text', nullable: true })
  buildType!: string | null;

  @Column({ name: 'invocation_id', type: 'text', nullable: true })
  invocationId!: string | null;

  @Column({ name: 'run_id', type: 'text', nullable: true })
  runId!: string | null;

  @Column({ name: 'run_attempt', type: 'integer', nullable: true })
  runAttempt!: number | null;

  @Column({ name: 'run_url', type: 'text', nullable: true })
  runUrl!: string | null;

  @Column({ name: 'source_repo', type: 'text', nullable: true })
  sourceRepo!: string | null;

  @Column({ name: 'source_ref', type: 'text', nullable: true })
  sourceRef!: string | null;

  @Column({ name: 'source_commit', type: 'text', nullable: true })
  sourceCommit!: string | null;

  @Column({ name: 'workflow_path', type: 'text', nullable: true })
  workflowPath!: string | null;

  @Column({ name: 'workflow_name', type: 'text', nullable: true })
  workflowName!: string | null;

  @Column({ type: 'text', nullable: true })
  trigger!: string | null;

  @Column({ name: 'started_at', type: 'timestamptz', precision: 3, nullable: true })
  startedAt!: Instant | null;

  @Column({ name: 'completed_at', type: 'timestamptz', precision: 3, nullable: true })
  completedAt!: Instant | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
