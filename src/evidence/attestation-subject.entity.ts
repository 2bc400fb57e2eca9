import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an attestation speaks about, as written. */
@Entity({ name: 'attestation_subject' })
export class AttestationSubjectEntity {
  @PrimaryColumn({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @PrimaryColumn({ name: 'attestation_id', type: 'text' })
  attestationId!: string;

  @PrimaryColumn({ type: 'integer' })
  ordinal!: number;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'jsonb' })
  digest!: unknown;
}
