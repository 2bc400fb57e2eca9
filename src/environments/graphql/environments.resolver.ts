import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Actor } from '../../access/index.js';
import { ConnectionArgs, CurrentActor, payload } from '../../graphql/index.js';
import { PlacesService } from '../places.service.js';
import {
  CreateEnvironmentInput,
  CreateLogicalEnvironmentInput,
  EnvironmentConnection,
  EnvironmentFilter,
  EnvironmentModel,
  EnvironmentPayload,
  LogicalEnvironmentConnection,
  LogicalEnvironmentFilter,
  LogicalEnvironmentModel,
  LogicalEnvironmentPayload,
  UnarchiveEnvironmentInput,
  UpdateEnvironmentInput,
  UpdateLogicalEnvironmentInput,
} from './environments.models.js';

@Resolver()
export class EnvironmentsResolver {
  constructor(@Inject(PlacesService) private readonly places: PlacesService) {}

  @Query(() => EnvironmentConnection, {
    description: 'By name; active ones unless the filter says otherwise.',
  })
  environments(
    @CurrentActor() actor: Actor,
    @Args() args: ConnectionArgs,
    @Args('filter', { type: () => EnvironmentFilter, nullable: true }) filter?: EnvironmentFilter | null,
  ) {
    return this.places.environments(actor, filter ?? {}, args);
  }

  @Query(() => EnvironmentModel, { nullable: true, description: 'null = there is none.' })
  environment(@CurrentActor() actor: Actor, @Args('name', { type: () => String }) name: string) {
    return this.places.environment(actor, name);
  }

  @Query(() => LogicalEnvironmentConnection, { description: 'By name.' })
  logicalEnvironments(
    @CurrentActor() actor: Actor,
    @Args() args: ConnectionArgs,
    @Args('filter', { type: () => LogicalEnvironmentFilter, nullable: true })
    filter?: LogicalEnvironmentFilter | null,
  ) {
    return this.places.logicalEnvironments(actor, filter ?? {}, args);
  }

  @Query(() => LogicalEnvironmentModel, { nullable: true, description: 'null = there is none.' })
  logicalEnvironment(@CurrentActor() actor: Actor, @Args('name', { type: () => String }) name: string) {
    return this.places.logicalEnvironment(actor, name);
  }

  @Mutation(() => EnvironmentPayload)
  createEnvironment(@CurrentActor() actor: Actor, @Args('input') input: CreateEnvironmentInput) {
    return payload(async () => ({
      environment: await this.places.createEnvironment(actor, {
        name: input.name,
        type: input.type ?? 'CUSTOM',
        description: input.description ?? null,
      }),
    }));
  }

  @Mutation(() => EnvironmentPayload)
  updateEnvironment(@CurrentActor() actor: Actor, @Args('input') input: UpdateEnvironmentInput) {
    return payload(async () => ({ environment: await this.places.updateEnvironment(actor, { ...input }) }));
  }

  @Mutation(() => EnvironmentPayload, { description: 'The only way back from ARCHIVED.' })
  unarchiveEnvironment(@CurrentActor() actor: Actor, @Args('input') input: UnarchiveEnvironmentInput) {
    return payload(async () => ({ environment: await this.places.unarchiveEnvironment(actor, input.name) }));
  }

  @Mutation(() => LogicalEnvironmentPayload)
  createLogicalEnvironment(
    @CurrentActor() actor: Actor,
    @Args('input') input: CreateLogicalEnvironmentInput,
  ) {
    return payload(async () => ({
      logicalEnvironment: await this.places.createLogicalEnvironment(actor, {
        name: input.name,
        description: input.description ?? null,
        attributes: input.attributes ?? {},
      }),
    }));
  }

  @Mutation(() => LogicalEnvironmentPayload)
  updateLogicalEnvironment(
    @CurrentActor() actor: Actor,
    @Args('input') input: UpdateLogicalEnvironmentInput,
  ) {
    return payload(async () => ({
      logicalEnvironment: await this.places.updateLogicalEnvironment(actor, { ...input }),
    }));
  }
}
