import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** An attestation with the last verdict on it. */
@Entity({ name: 'attestation' })
export class AttestationEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ name: 'blob_sha256', type: 'text' })
  blobSha256!: string;

  @Column({ type: 'integer' })
  position!: number;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text' })
  format!: string;

  @Column({ name: 'predicate_type', type: 'text', nullable: true })
  predicateType!: string | null;

  @Column({ type: 'text' })
  verdict!: string;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'text' })
  policy!: string;

  @Column({ type: 'jsonb', nullable: true })
  signer!: unknown;

  @Column({ name: 'signed_at', type: 'timestamptz', precision: 3, nullable: true })
  signedAt!: Instant | null;

  @Column({ name: 'trusted_root_id', type: 'text', nullable: true })
  trustedRootId!: string | null;

  @Column({ type: 'jsonb' })
  mismatches!: unknown;

  @Column({ type: 'text' })
  verifier!: string;

  @Column({ name: 'verified_at', type: 'timestamptz', precision: 3 })
  verifiedAt!: Instant;

  @Column({ name: 'build_run_id', type: 'text', nullable: true })
  buildRunId!: string | null;

  @Column({ name: 'project_version_id', type: 'text', nullable: true })
  projectVersionId!: string | null;

  @Column({ name: 'pushed_by_id', type: 'text' })
  pushedById!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
