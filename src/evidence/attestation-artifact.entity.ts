import { Entity, PrimaryColumn } from 'typeorm';

/** Which artifacts an attestation names. */
@Entity({ name: 'attestation_artifact' })
export class AttestationArtifactEntity {
  @PrimaryColumn({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @PrimaryColumn({ name: 'artifact_id', type: 'text' })
  artifactId!: string;

  @PrimaryColumn({ name: 'attestation_id', type: 'text' })
  attestationId!: string;
}
