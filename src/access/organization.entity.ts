import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** An organization with its settings. */
@Entity({ name: 'organization' })
export class OrganizationEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  slug!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'require_attestation', type: 'boolean' })
  requireAttestation!: boolean;

  @Column({ name: 'attestation_requirement', type: 'text' })
  attestationRequirement!: string;

  @Column({ name: 'create_logical_environments', type: 'boolean' })
  createLogicalEnvironments!: boolean;

  @Column({ name: 'create_environments', type: 'boolean' })
  createEnvironments!: boolean;

  @Column({ name: 'stale_after_seconds', type: 'integer' })
  staleAfterSeconds!: number;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
