import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsOptional, Length, MaxLength } from 'class-validator';
import { connectionOf, DateTime, JsonScalar, Node, UserError } from '../../graphql/index.js';
import type * as environment from '../environment.js';
import type * as logical from '../logical-environment.js';

export const EnvironmentType = {
  KUBERNETES: 'KUBERNETES',
  ECS: 'ECS',
  SERVER: 'SERVER',
  LAMBDA: 'LAMBDA',
  CUSTOM: 'CUSTOM',
} as const;
registerEnumType(EnvironmentType, {
  name: 'EnvironmentType',
  description: 'What kind of infrastructure it is.',
});
export const EnvironmentState = { ACTIVE: 'ACTIVE', ARCHIVED: 'ARCHIVED' } as const;
registerEnumType(EnvironmentState, {
  name: 'EnvironmentState',
  description: 'ARCHIVED ones take no records until they are unarchived.',
});
export const LogicalEnvironmentState = {
  ACTIVE: 'ACTIVE',
  DELETING: 'DELETING',
  DELETED: 'DELETED',
} as const;
registerEnumType(LogicalEnvironmentState, {
  name: 'LogicalEnvironmentState',
  description: 'DELETING ones take no new work.',
});

@ObjectType('Environment', {
  implements: () => [Node],
  description: 'Infrastructure that runs things, for example k8s-east.',
})
export class EnvironmentModel {
  @Field(() => ID) id!: string;
  @Field(() => String, {
    description: 'A DNS-1123 name, unique in the organization; archived names stay taken.',
  })
  name!: string;
  @Field(() => EnvironmentType) type!: environment.EnvironmentType;
  @Field(() => String, { nullable: true, description: 'null = none was given.' }) description!: string | null;
  @Field(() => EnvironmentState) state!: environment.EnvironmentState;
  @Field(() => Boolean, { description: 'True for `default`, which is always there.' }) builtIn!: boolean;
  @Field(() => DateTime, { nullable: true, description: 'null = it is active.' }) archivedAt!: string | null;
  @Field(() => DateTime) createdAt!: string;
}
export const EnvironmentConnection = connectionOf(EnvironmentModel);

@ObjectType('LogicalEnvironment', {
  implements: () => [Node],
  description: 'A lifecycle stage, for example production.',
})
export class LogicalEnvironmentModel {
  @Field(() => ID) id!: string;
  @Field(() => String, { description: '1 to 63 characters of any kind, unique exactly as typed.' })
  name!: string;
  @Field(() => String, { nullable: true, description: 'null = none was given.' }) description!: string | null;
  @Field(() => JsonScalar, { description: 'A map of text to text.' }) attributes!: Record<string, string>;
  @Field(() => LogicalEnvironmentState) state!: logical.LogicalEnvironmentState;
  @Field(() => DateTime) createdAt!: string;
}
export const LogicalEnvironmentConnection = connectionOf(LogicalEnvironmentModel);

@InputType({ description: 'Fields AND together, lists mean any-of.' })
export class EnvironmentFilter {
  @Field(() => [EnvironmentState], { nullable: true, description: 'null = [ACTIVE].' }) states?:
    environment.EnvironmentState[] | null;
  @Field(() => [String], { nullable: true }) names?: string[] | null;
}

@InputType({ description: 'Fields AND together, lists mean any-of.' })
export class LogicalEnvironmentFilter {
  @Field(() => [LogicalEnvironmentState], { nullable: true, description: 'null = [ACTIVE, DELETING].' })
  states?: logical.LogicalEnvironmentState[] | null;
  @Field(() => [String], { nullable: true }) names?: string[] | null;
}

@InputType()
export class CreateEnvironmentInput {
  @Field(() => String, { description: 'A DNS-1123 name.' }) name!: string;
  @Field(() => EnvironmentType, { nullable: true, defaultValue: 'CUSTOM', description: 'Default CUSTOM.' })
  type?: environment.EnvironmentType | null;
  @Field(() => String, { nullable: true, description: 'Up to 2000 characters.' }) description?: string | null;
}

@InputType({ description: 'Fields left out stay as they are.' })
export class UpdateEnvironmentInput {
  @Field(() => String) @Length(1, 63) name!: string;
  @Field(() => String, { nullable: true, description: 'null removes it.' }) description?: string | null;
  @Field(() => EnvironmentType, { nullable: true }) type?: environment.EnvironmentType | null;
}

@InputType()
export class UnarchiveEnvironmentInput {
  @Field(() => String) @MaxLength(63) name!: string;
}

@ObjectType()
export class EnvironmentPayload {
  @Field(() => EnvironmentModel, { nullable: true, description: 'null = refused.' })
  environment!: EnvironmentModel | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}

@InputType()
export class CreateLogicalEnvironmentInput {
  @Field(() => String, { description: '1 to 63 characters.' }) name!: string;
  @Field(() => String, { nullable: true, description: 'Up to 2000 characters.' }) description?: string | null;
  @Field(() => JsonScalar, { nullable: true, description: 'A map of text to text; null = {}.' })
  @IsOptional()
  attributes?: Record<string, string> | null;
}

@InputType({ description: 'Fields left out stay as they are.' })
export class UpdateLogicalEnvironmentInput {
  @Field(() => String) @MaxLength(126) name!: string;
  @Field(() => String, { nullable: true, description: 'null removes it.' }) description?: string | null;
  @Field(() => JsonScalar, { nullable: true, description: 'Replaces them all.' })
  @IsOptional()
  attributes?: Record<string, string> | null;
}

@ObjectType()
export class LogicalEnvironmentPayload {
  @Field(() => LogicalEnvironmentModel, { nullable: true, description: 'null = refused.' })
  logicalEnvironment!: LogicalEnvironmentModel | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}
