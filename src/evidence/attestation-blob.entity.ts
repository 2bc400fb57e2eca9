import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The original bytes of attestations, by their SHA-256. */
@Entity({ name: 'attestation_blob' })
export class AttestationBlobEntity {
  @PrimaryColumn({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @PrimaryColumn({ type: 'text' })
  sha256!: string;

  @Column({ type: 'bytea' })
  bytes!: Buffer;
}
