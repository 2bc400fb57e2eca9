import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ArtifactKindEnum, type ArtifactKind } from '../../artifacts/index.js';
import { connectionOf, DateTime, Node, UserError } from '../../graphql/index.js';
import type * as domain from '../deployment.js';

const enumOf = <T extends string>(...values: T[]): { [K in T]: K } =>
  Object.fromEntries(values.map((value) => [value, value])) as { [K in T]: K };

export const RecordStatus = enumOf('DEPLOYED', 'SUPERSEDED', 'DECOMMISSIONED');
registerEnumType(RecordStatus, {
  name: 'RecordStatus',
  description: 'The status of a record. SUPERSEDED and DECOMMISSIONED are final.',
  valuesMap: {
    DEPLOYED: { description: 'It runs, as far as anyone said.' },
    SUPERSEDED: { description: 'Another digest took its place; derived, never given.' },
    DECOMMISSIONED: { description: 'Someone said that it no longer runs.' },
  },
});
export const RecordOrigin = enumOf('RUN', 'REPORT', 'IMPORT', 'BACKFILL');
registerEnumType(RecordOrigin, {
  name: 'RecordOrigin',
  description: 'How a record came to be.',
  valuesMap: {
    RUN: { description: 'A deployment run made it.' },
    REPORT: { description: 'Somebody reported it.' },
    IMPORT: { description: 'It was imported.' },
    BACKFILL: { description: 'A report that came late; it was never the active record.' },
  },
});
export const RecordMode = enumOf('RECORD', 'HEARTBEAT');
registerEnumType(RecordMode, {
  name: 'RecordMode',
  description: 'Whether a call may change what is active.',
  valuesMap: {
    RECORD: { description: 'Refreshes the active record, or supersedes it.' },
    HEARTBEAT: { description: 'Only refreshes; for agents.' },
  },
});
export const RecordOutcome = enumOf('CREATED', 'REFRESHED', 'UNCHANGED', 'STALE');
registerEnumType(RecordOutcome, {
  name: 'RecordOutcome',
  description: 'What a record did.',
  valuesMap: {
    CREATED: { description: 'A new record is active.' },
    REFRESHED: { description: 'The active record was seen again.' },
    UNCHANGED: { description: 'The active record was seen again, at an instant that is not newer.' },
    STALE: { description: 'Something newer is known: what is active did not change.' },
  },
});
export const DecommissionOutcome = enumOf('DECOMMISSIONED', 'UNCHANGED');
registerEnumType(DecommissionOutcome, {
  name: 'DecommissionOutcome',
  description: 'What a decommission did.',
});
export const DeploymentEventType = enumOf(
  'RECORDED',
  'STALE',
  'SUPERSEDED',
  'DECOMMISSIONED',
  'REFUSED',
  'FLAPPING',
);
registerEnumType(DeploymentEventType, {
  name: 'DeploymentEventType',
  description: 'What happened to a Deployment.',
});
const OrderDirection = enumOf('ASC', 'DESC');
registerEnumType(OrderDirection, { name: 'OrderDirection' });
const DeploymentRecordOrderField = enumOf('DEPLOYED_AT', 'NAME');
registerEnumType(DeploymentRecordOrderField, { name: 'DeploymentRecordOrderField' });

@ObjectType('Deployment', {
  implements: () => [Node],
  description: 'The stable identity of what runs: Environment, LogicalEnvironment, name and kind.',
})
export class DeploymentModel {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => ArtifactKindEnum) kind!: ArtifactKind;
  @Field(() => DateTime) createdAt!: string;
}
export const DeploymentConnection = connectionOf(DeploymentModel);

@ObjectType('DeploymentRecord', {
  implements: () => [Node],
  description: 'The fact that an artifact ran under a Deployment from deployedAt until endedAt.',
})
export class DeploymentRecordModel {
  @Field(() => ID) id!: string;
  @Field(() => Int, { description: 'Number within the Deployment, from 1.' }) seq!: number;
  @Field(() => RecordStatus) status!: domain.RecordStatus;
  @Field(() => RecordOrigin) origin!: domain.RecordOrigin;
  @Field(() => String, {
    nullable: true,
    description: 'The reference that was given; null = only a digest was.',
  })
  ociRef!: string | null;
  @Field(() => DateTime, { description: 'When it was first seen running.' }) deployedAt!: string;
  @Field(() => DateTime, { description: 'When it was last seen running.' }) lastSeenAt!: string;
  @Field(() => Int, { description: 'How often it was seen.' }) seenCount!: number;
  @Field(() => DateTime, { nullable: true, description: 'null = it is DEPLOYED.' }) endedAt!: string | null;
  @Field(() => String, { nullable: true, description: 'Why it was decommissioned; null for other ends.' })
  endReason!: string | null;
  @Field(() => String, { description: 'Name at the time of the record.' }) environmentName!: string;
  @Field(() => String, { description: 'Name at the time of the record.' }) logicalEnvironmentName!: string;
}
export const DeploymentRecordConnection = connectionOf(DeploymentRecordModel);

@InputType()
export class RecordDeploymentInput {
  @Field(() => String, { nullable: true, description: 'Name of the Environment; null = default.' })
  environment?: string | null;
  @Field(() => String, { nullable: true, description: 'Name of the LogicalEnvironment; null = production.' })
  logicalEnvironment?: string | null;
  @Field(() => String, { description: 'Name of the Deployment, 1 to 255 characters.' }) name!: string;
  @Field(() => ArtifactKindEnum) kind!: ArtifactKind;
  @Field(() => String, { description: 'sha256:, sha384: or sha512: and the full number of hex digits.' })
  digest!: string;
  @Field(() => String, { nullable: true, description: 'The OCI reference that was deployed.' }) ociRef?:
    string | null;
  @Field(() => DateTime, { nullable: true, description: 'When it was seen; null = now.' }) observedAt?:
    string | null;
  @Field(() => RecordMode, { defaultValue: 'RECORD', description: 'Default RECORD.' })
  mode!: domain.RecordMode;
  @Field(() => String, {
    nullable: true,
    description: 'Slug of the project that owns the Deployment; null = no claim.',
  })
  project?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'A repetition with the same key gets the first answer.',
  })
  idempotencyKey?: string | null;
}

@ObjectType()
export class RecordDeploymentPayload {
  @Field(() => RecordOutcome, { nullable: true, description: 'null = refused.' })
  outcome!: domain.RecordOutcome | null;
  @Field(() => DeploymentRecordModel, { nullable: true, description: 'null = refused.' })
  record!: DeploymentRecordModel | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}

@InputType()
export class RecordDeploymentsInput {
  @Field(() => [RecordDeploymentInput], { description: '1 to 500.' }) records!: RecordDeploymentInput[];
}

@ObjectType()
export class RecordDeploymentsPayload {
  @Field(() => [RecordDeploymentPayload], { description: 'In input order.' })
  results!: RecordDeploymentPayload[];
  @Field(() => [UserError], { description: 'Of the call as a whole.' }) userErrors!: UserError[];
}

@InputType()
export class DecommissionDeploymentInput {
  @Field(() => String, { nullable: true, description: 'null = default.' }) environment?: string | null;
  @Field(() => String, { nullable: true, description: 'null = production.' }) logicalEnvironment?:
    string | null;
  @Field(() => String) name!: string;
  @Field(() => ArtifactKindEnum) kind!: ArtifactKind;
  @Field(() => String, { description: 'The digest that no longer runs.' }) digest!: string;
  @Field(() => DateTime, { nullable: true, description: 'null = now.' }) observedAt?: string | null;
  @Field(() => String, { nullable: true }) idempotencyKey?: string | null;
}

@ObjectType()
export class DecommissionDeploymentPayload {
  @Field(() => DecommissionOutcome, { nullable: true, description: 'null = refused.' })
  outcome!: domain.DecommissionOutcome | null;
  @Field(() => DeploymentRecordModel, { nullable: true, description: 'null = refused.' })
  record!: DeploymentRecordModel | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}

@InputType()
export class ArchiveEnvironmentInput {
  @Field(() => String) name!: string;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Decommission what still runs there; default false.',
  })
  detachRecords?: boolean | null;
}

@InputType({ description: 'Half-open: [from, until).' })
export class DateTimeRange {
  @Field(() => DateTime, { nullable: true, description: 'null = from the beginning.' }) from?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'null = without end.' }) until?: string | null;
}

@InputType({ description: 'Fields AND together, lists mean any-of, null = no condition.' })
export class DeploymentRecordFilter {
  @Field(() => [String], { nullable: true, description: 'Names.' }) environments?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names.' })
  logicalEnvironments?: string[] | null;
  @Field(() => [String], { nullable: true }) names?: string[] | null;
  @Field(() => [ArtifactKindEnum], { nullable: true }) kinds?: ArtifactKind[] | null;
  @Field(() => [String], { nullable: true }) digests?: string[] | null;
  @Field(() => [RecordStatus], {
    nullable: true,
    description: 'null = [DEPLOYED], or every status when `at` is given.',
  })
  statuses?: domain.RecordStatus[] | null;
  @Field(() => DateTimeRange, { nullable: true }) deployedAt?: DateTimeRange | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'true = DEPLOYED, but not seen for staleAfterSeconds.',
  })
  stale?: boolean | null;
}

@InputType()
export class DeploymentRecordOrder {
  @Field(() => DeploymentRecordOrderField) field!: 'DEPLOYED_AT' | 'NAME';
  @Field(() => OrderDirection) direction!: 'ASC' | 'DESC';
}

@InputType({ description: 'Fields AND together, lists mean any-of, null = no condition.' })
export class DeploymentFilter {
  @Field(() => [String], { nullable: true, description: 'Names.' }) environments?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names.' })
  logicalEnvironments?: string[] | null;
  @Field(() => [String], { nullable: true }) names?: string[] | null;
  @Field(() => [ArtifactKindEnum], { nullable: true }) kinds?: ArtifactKind[] | null;
  @Field(() => Boolean, { nullable: true, description: 'true = something runs, false = nothing does.' })
  active?: boolean | null;
}

@ObjectType('DeploymentChange', { description: 'Something that happened to a Deployment.' })
export class DeploymentChangeModel {
  @Field(() => String, { description: 'Give it as `after` to go on behind this change.' }) cursor!: string;
  @Field(() => DeploymentEventType) type!: domain.DeploymentEventType;
  @Field(() => DateTime, { nullable: true, description: 'null = not an observation.' }) observedAt!:
    string | null;
  @Field(() => DateTime) receivedAt!: string;
}
