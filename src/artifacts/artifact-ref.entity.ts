import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** A reference that named an artifact. */
@Entity({ name: 'artifact_ref' })
export class ArtifactRefEntity {
  @PrimaryColumn({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @PrimaryColumn({ name: 'artifact_id', type: 'text' })
  artifactId!: string;

  @PrimaryColumn({ name: 'oci_ref', type: 'text' })
  ociRef!: string;

  @Column({ name: 'resolved_at', type: 'timestamptz', precision: 3 })
  resolvedAt!: Instant;

  @Column({ name: 'resolved_by_id', type: 'text' })
  resolvedById!: string;
}
