import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsArray, IsInt, IsOptional, Length, Max, MaxLength, Min } from 'class-validator';
import { connectionOf, DateTime, Node, UserError } from '../../graphql/index.js';
import type * as domain from '../organization.js';
import type { ActorType as Type } from '../actor.js';

export const ActorType = { HUMAN: 'HUMAN', AUTOMATION: 'AUTOMATION', RUNNER: 'RUNNER' } as const;
registerEnumType(ActorType, { name: 'ActorType', description: 'What kind of principal acts.' });

export const AttestationRequirement = { EXISTS: 'EXISTS', VERIFIED: 'VERIFIED' } as const;
registerEnumType(AttestationRequirement, {
  name: 'AttestationRequirement',
  description: 'What counts as attested.',
  valuesMap: {
    EXISTS: { description: 'Any stored attestation that names the digest and is not INVALID.' },
    VERIFIED: { description: 'A stored attestation that names the digest and is VERIFIED.' },
  },
});

@ObjectType('Actor', { description: 'Who did something.' })
export class ActorModel {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => ActorType) type!: Type;
}

@ObjectType('Organization', { description: 'The owner of everything a token can see.' })
export class OrganizationModel {
  @Field(() => ID) id!: string;
  @Field(() => String) slug!: string;
  @Field(() => String) name!: string;
  @Field(() => Boolean, { description: 'Whether only attested artifacts can be recorded; default true.' })
  requireAttestation!: boolean;
  @Field(() => AttestationRequirement, { description: 'What counts as attested; default EXISTS.' })
  attestationRequirement!: domain.AttestationRequirement;
  @Field(() => Boolean, { description: 'Whether a record may create a LogicalEnvironment; default true.' })
  createLogicalEnvironments!: boolean;
  @Field(() => Boolean, { description: 'Whether a record may create an Environment; default false.' })
  createEnvironments!: boolean;
  @Field(() => Int, {
    description: 'Seconds without a heartbeat after which a record is stale; default 259200.',
  })
  staleAfterSeconds!: number;
  @Field(() => DateTime) createdAt!: string;
}

@ObjectType('ApiToken', {
  implements: () => [Node],
  description: 'A secret that authenticates a caller; the secret itself is shown once.',
})
export class ApiTokenModel {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { description: 'The first characters, to tell tokens apart.' }) prefix!: string;
  @Field(() => [String], { description: 'Permission keys.' }) permissions!: string[];
  @Field(() => DateTime) createdAt!: string;
  @Field(() => DateTime, { nullable: true, description: 'null = never.' }) expiresAt!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'To the minute; null = not yet.' }) lastUsedAt!:
    string | null;
  @Field(() => DateTime, { nullable: true, description: 'null = it is in force.' }) revokedAt!: string | null;
}

export const ApiTokenConnection = connectionOf(ApiTokenModel);

@ObjectType({ description: 'The caller.' })
export class Viewer {
  @Field(() => ActorModel) actor!: ActorModel;
  @Field(() => OrganizationModel) organization!: OrganizationModel;
  @Field(() => [String], { description: 'Permission keys of the token.' }) permissions!: string[];
  @Field(() => ApiTokenModel) token!: ApiTokenModel;
  @Field(() => String, { description: 'Version of the server.' }) serverVersion!: string;
  @Field(() => DateTime, { description: 'The clock of the server.' }) serverTime!: string;
}

@InputType()
export class CreateApiTokenInput {
  @Field(() => String) name!: string;
  @Field(() => [String], { nullable: true, description: 'Permission keys; null = those of the caller.' })
  @IsOptional()
  @IsArray()
  @Length(1, 64, { each: true })
  permissions?: string[] | null;
  @Field(() => DateTime, { nullable: true, description: 'null = never.' })
  @IsOptional()
  expiresAt?: string | null;
}

@ObjectType()
export class CreateApiTokenPayload {
  @Field(() => ApiTokenModel, { nullable: true, description: 'null = refused.' })
  apiToken!: ApiTokenModel | null;
  @Field(() => String, {
    nullable: true,
    description: 'Shown this once; null = refused, or the call was repeated.',
  })
  secret!: string | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}

@InputType()
export class RevokeApiTokenInput {
  @Field(() => ID) @MaxLength(64) id!: string;
}

@ObjectType()
export class ApiTokenPayload {
  @Field(() => ApiTokenModel, { nullable: true, description: 'null = refused.' })
  apiToken!: ApiTokenModel | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}

@InputType({ description: 'Fields left out stay as they are.' })
export class UpdateOrganizationInput {
  @Field(() => Boolean, { nullable: true }) requireAttestation?: boolean | null;
  @Field(() => AttestationRequirement, { nullable: true })
  attestationRequirement?: domain.AttestationRequirement | null;
  @Field(() => Boolean, { nullable: true }) createLogicalEnvironments?: boolean | null;
  @Field(() => Boolean, { nullable: true }) createEnvironments?: boolean | null;
  @Field(() => Int, { nullable: true, description: '60 to 31536000.' })
  @IsOptional()
  @IsInt()
  @Min(60)
  @Max(31_536_000)
  staleAfterSeconds?: number | null;
}

@ObjectType()
export class OrganizationPayload {
  @Field(() => OrganizationModel, { nullable: true, description: 'null = refused.' })
  organization!: OrganizationModel | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}
