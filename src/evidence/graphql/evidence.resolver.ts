import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Actor } from '../../access/index.js';
import { ConnectionArgs, CurrentActor, payload, toUserError } from '../../graphql/index.js';
import { EvidenceService } from '../evidence.service.js';
import { pushPayload } from '../push-payload.js';
import {
  AddTrustedRootInput,
  AttestationConnection,
  AttestationFilter,
  AttestationModel,
  PushAttestationInput,
  PushAttestationPayload,
  TrustedRootModel,
  TrustedRootPayload,
} from './evidence.models.js';

@Resolver()
export class EvidenceResolver {
  constructor(@Inject(EvidenceService) private readonly evidence: EvidenceService) {}

  @Query(() => AttestationModel, { nullable: true, description: 'null = there is none.' })
  async attestation(@CurrentActor() actor: Actor, @Args('id', { type: () => ID }) id: string) {
    return (await this.evidence.attestationsById(actor, [id]))[0];
  }

  @Query(() => AttestationConnection, { description: 'Newest first.' })
  attestations(
    @CurrentActor() actor: Actor,
    @Args() args: ConnectionArgs,
    @Args('filter', { type: () => AttestationFilter, nullable: true }) filter?: AttestationFilter | null,
  ) {
    return this.evidence.attestations(actor, filter ?? {}, args);
  }

  @Query(() => [TrustedRootModel], { description: 'What signatures are checked against, by name.' })
  trustedRoots(@CurrentActor() actor: Actor) {
    return this.evidence.trustedRoots(actor);
  }

  @Mutation(() => PushAttestationPayload, {
    description: 'Verifies and stores the attestations of a file; idempotent.',
  })
  async pushAttestation(@CurrentActor() actor: Actor, @Args('input') input: PushAttestationInput) {
    const made = await payload(async () => ({
      results: (
        await this.evidence.push(actor, {
          bytes: Buffer.from(input.content, 'base64'),
          name: input.name ?? null,
          kind: input.kind ?? null,
        })
      ).map(pushPayload(toUserError)),
    }));
    return { ...made, results: made.results ?? [] };
  }

  @Mutation(() => TrustedRootPayload, {
    description: 'Adds a trusted root; attestations that are pushed from now on are checked against it too.',
  })
  addTrustedRoot(@CurrentActor() actor: Actor, @Args('input') input: AddTrustedRootInput) {
    return payload(async () => ({
      trustedRoot: await this.evidence.addTrustedRoot(actor, {
        name: input.name,
        kind: input.kind,
        content: Buffer.from(input.content, 'base64'),
        tlogThreshold: input.tlogThreshold ?? 1,
        ctlogThreshold: input.ctlogThreshold ?? 1,
        timestampThreshold: input.timestampThreshold ?? 1,
      }),
    }));
  }
}
