import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ConnectionArgs, CurrentActor, payload } from '../../graphql/index.js';
import { VERSION } from '../../platform/index.js';
import { AccessService } from '../access.service.js';
import type { Actor } from '../actor.js';
import type { Organization } from '../organization.js';
import {
  ApiTokenConnection,
  ApiTokenPayload,
  CreateApiTokenInput,
  CreateApiTokenPayload,
  OrganizationPayload,
  RevokeApiTokenInput,
  UpdateOrganizationInput,
  Viewer,
} from './access.models.js';

@Resolver()
export class AccessResolver {
  constructor(@Inject(AccessService) private readonly access: AccessService) {}

  @Query(() => Viewer, { description: 'Who calls, and what they may do.' })
  async viewer(@CurrentActor() actor: Actor): Promise<Viewer> {
    const [organization, token] = await Promise.all([
      this.access.organization(actor),
      this.access.token(actor, actor.tokenId),
    ]);
    return {
      actor: { id: actor.principalId, name: actor.name, type: actor.type },
      organization,
      permissions: [...actor.permissions].sort(),
      token: token as Viewer['token'],
      serverVersion: VERSION,
      serverTime: new Date().toISOString(),
    };
  }

  @Query(() => ApiTokenConnection, { description: 'Tokens of the organization, newest first.' })
  apiTokens(@CurrentActor() actor: Actor, @Args() args: ConnectionArgs) {
    return this.access.tokens(actor, args);
  }

  @Mutation(() => CreateApiTokenPayload, {
    description: 'Makes a token; its secret is in this answer and nowhere else.',
  })
  createApiToken(@CurrentActor() actor: Actor, @Args('input') input: CreateApiTokenInput) {
    return payload(() =>
      this.access.createToken(actor, {
        name: input.name,
        permissions: input.permissions ?? null,
        expiresAt: input.expiresAt ?? null,
      }),
    );
  }

  @Mutation(() => ApiTokenPayload, { description: 'Ends a token; other servers notice within 5 seconds.' })
  revokeApiToken(@CurrentActor() actor: Actor, @Args('input') input: RevokeApiTokenInput) {
    return payload(async () => ({ apiToken: await this.access.revokeToken(actor, input.id) }));
  }

  @Mutation(() => OrganizationPayload, { description: 'Changes settings of the organization.' })
  updateOrganization(@CurrentActor() actor: Actor, @Args('input') input: UpdateOrganizationInput) {
    const change = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
    return payload(async () => ({
      organization: await this.access.updateOrganization(actor, change as Partial<Organization>),
    }));
  }
}
