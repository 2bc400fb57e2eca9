import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/index.js';

/** What signatures are checked against. */
@Entity({ name: 'trusted_root' })
export class TrustedRootEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'organization_id', type: 'text' })
  organizationId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  content!: string;

  @Column({ type: 'text' })
  sha256!: string;

  @Column({ name: 'built_in', type: 'boolean' })
  builtIn!: boolean;

  @Column({ name: 'tlog_threshold', type: 'integer' })
  tlogThreshold!: number;

  @Column({ name: 'ctlog_threshold', type: 'integer' })
  ctlogThreshold!: number;

  @Column({ name: 'timestamp_threshold', type: 'integer' })
  timestampThreshold!: number;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Instant;
}
