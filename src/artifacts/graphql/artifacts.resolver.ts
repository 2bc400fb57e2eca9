import { Inject } from '@nestjs/common';
import {
  Args,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Parent,
  Query,
  registerEnumType,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { IsBase64, IsOptional, MaxLength } from 'class-validator';
import { AccessService, ActorModel, type Actor } from '../../access/index.js';
import {
  Context,
  CurrentActor,
  DateTime,
  load,
  Node,
  payload,
  UserError,
  type RequestContext,
} from '../../graphql/index.js';
import type * as domain from '../artifact.js';
import { ArtifactsService } from '../artifacts.service.js';

export const ArtifactKind = {
  CONTAINER_IMAGE: 'CONTAINER_IMAGE',
  HELM_CHART: 'HELM_CHART',
  OCI_ARTIFACT: 'OCI_ARTIFACT',
  FILE: 'FILE',
} as const;
registerEnumType(ArtifactKind, { name: 'ArtifactKind', description: 'What an artifact is.' });
const EvidenceLevel = { NONE: 'NONE', EXISTS: 'EXISTS', VERIFIED: 'VERIFIED' } as const;
registerEnumType(EvidenceLevel, {
  name: 'EvidenceLevel',
  description: 'The best that is stored about a digest.',
  valuesMap: {
    NONE: { description: 'No attestation, or only INVALID ones.' },
    EXISTS: { description: 'An attestation that is not INVALID.' },
    VERIFIED: { description: 'An attestation that is VERIFIED.' },
  },
});

@ObjectType('ArtifactRef', { description: 'A reference that named the artifact.' })
export class ArtifactRefModel {
  @Field(() => String) ociRef!: string;
  @Field(() => DateTime) resolvedAt!: string;
}

@ObjectType('Artifact', { implements: () => [Node], description: 'Something with a digest.' })
export class ArtifactModel {
  @Field(() => ID) id!: string;
  @Field(() => String) digest!: string;
  @Field(() => ArtifactKind, {
    nullable: true,
    description: 'null = nobody has said it yet; the first record decides.',
  })
  kind!: domain.ArtifactKind | null;
  @Field(() => String, { nullable: true, description: 'As evidence names it; null = not named.' }) name!:
    string | null;
  @Field(() => String, { nullable: true, description: 'null = unknown.' }) version!: string | null;
  @Field(() => Number, { nullable: true, description: 'Bytes; null = unknown.' }) sizeBytes!: number | null;
  @Field(() => EvidenceLevel) evidence!: domain.EvidenceLevel;
  @Field(() => DateTime) createdAt!: string;
}

@InputType()
export class RegisterArtifactInput {
  @Field(() => String, {
    description: 'base64 of an OCI manifest or index, at most 4 MiB; the digest is computed from it.',
  })
  @IsBase64()
  @MaxLength(5_600_000)
  manifest!: string;
  @Field(() => ArtifactKind, { nullable: true, description: 'null = what the media types say.' })
  kind?: domain.ArtifactKind | null;
  @Field(() => String, { nullable: true }) @IsOptional() @MaxLength(1024) ociRef?: string | null;
  @Field(() => String, { nullable: true }) @IsOptional() @MaxLength(1024) name?: string | null;
  @Field(() => String, { nullable: true }) @IsOptional() @MaxLength(255) version?: string | null;
}

@ObjectType()
export class ArtifactPayload {
  @Field(() => ArtifactModel, { nullable: true, description: 'null = refused.' })
  artifact!: ArtifactModel | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}

@Resolver(() => ArtifactModel)
export class ArtifactsResolver {
  constructor(@Inject(ArtifactsService) private readonly artifacts: ArtifactsService) {}

  @Query(() => ArtifactModel, { nullable: true, description: 'By digest; null = unknown.' })
  artifact(@CurrentActor() actor: Actor, @Args('digest', { type: () => String }) digest: string) {
    return this.artifacts.artifact(actor, digest);
  }

  @Mutation(() => ArtifactPayload, {
    description: 'Registers an OCI manifest; an index registers its platforms.',
  })
  registerArtifact(@CurrentActor() actor: Actor, @Args('input') input: RegisterArtifactInput) {
    return payload(async () => ({
      artifact: await this.artifacts.registerManifest(actor, {
        manifest: Buffer.from(input.manifest, 'base64'),
        kind: input.kind ?? null,
        ociRef: input.ociRef ?? null,
        name: input.name ?? null,
        version: input.version ?? null,
      }),
    }));
  }

  @ResolveField(() => [ArtifactRefModel], { description: 'References that named it, newest first.' })
  refs(@Parent() artifact: domain.Artifact, @Context() context: RequestContext) {
    return load(context, this.artifacts.refs, this.artifacts, artifact.id);
  }

  @ResolveField(() => [ArtifactModel], { description: 'Platform manifests, when it is an index.' })
  platforms(@Parent() artifact: domain.Artifact, @Context() context: RequestContext) {
    return load(context, this.artifacts.platforms, this.artifacts, artifact.id);
  }

  @ResolveField(() => [ArtifactModel], {
    description: 'Indexes that hold it, when it is a platform manifest.',
  })
  indexes(@Parent() artifact: domain.Artifact, @Context() context: RequestContext) {
    return load(context, this.artifacts.indexes, this.artifacts, artifact.id);
  }
}

@Resolver(() => ArtifactRefModel)
export class ArtifactRefsResolver {
  constructor(@Inject(AccessService) private readonly access: AccessService) {}

  @ResolveField(() => ActorModel)
  resolvedBy(@Parent() ref: domain.ArtifactRef, @Context() context: RequestContext) {
    return load(context, this.access.principals, this.access, ref.resolvedById);
  }
}
