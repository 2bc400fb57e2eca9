import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A platform manifest inside an OCI index. */
@Entity({ name: 'artifact_platform' })
export class ArtifactPlatformEntity {
  @PrimaryColumn({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @PrimaryColumn({ name: 'index_id', type: 'text' })
  indexId!: string;

  @PrimaryColumn({ name: 'platform_id', type: 'text' })
  platformId!: string;

  @Column({ type: 'text', nullable: true })
  platform!: string | null;
}
