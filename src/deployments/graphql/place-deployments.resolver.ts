import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Actor } from '../../access/index.js';
import { ArtifactModel, type Artifact } from '../../artifacts/index.js';
import {
  EnvironmentModel,
  LogicalEnvironmentModel,
  type Environment,
  type LogicalEnvironment,
} from '../../environments/index.js';
import { ConnectionArgs, Context, CurrentActor, load, type RequestContext } from '../../graphql/index.js';
import type * as domain from '../deployment.js';
import { DeploymentsService } from '../deployments.service.js';
import { DeploymentRecordConnection, RecordStatus } from './deployments.models.js';

const NEWEST_FIRST = { field: 'DEPLOYED_AT', direction: 'DESC' } as const;

@ArgsType()
class ArtifactRecordsArgs extends ConnectionArgs {
  @Field(() => [RecordStatus], { nullable: true, description: 'null = [DEPLOYED].' }) statuses?:
    domain.RecordStatus[] | null;
}

/** Adds to Environment what runs there. */
@Resolver(() => EnvironmentModel)
export class EnvironmentDeploymentsResolver {
  constructor(@Inject(DeploymentsService) private readonly deployments: DeploymentsService) {}

  @ResolveField(() => Int, { description: 'How many records are active there.' })
  activeCount(@Parent() environment: Environment, @Context() context: RequestContext) {
    return load(context, this.byEnvironment, this, environment.id);
  }

  private byEnvironment(actor: Actor, ids: readonly string[]): Promise<number[]> {
    return this.deployments.activeCounts(actor, 'environment_id', ids);
  }
}

/** Adds to LogicalEnvironment what runs there. */
@Resolver(() => LogicalEnvironmentModel)
export class LogicalEnvironmentDeploymentsResolver {
  constructor(@Inject(DeploymentsService) private readonly deployments: DeploymentsService) {}

  @ResolveField(() => Int, { description: 'How many records are active there.' })
  activeCount(@Parent() stage: LogicalEnvironment, @Context() context: RequestContext) {
    return load(context, this.byLogicalEnvironment, this, stage.id);
  }

  private byLogicalEnvironment(actor: Actor, ids: readonly string[]): Promise<number[]> {
    return this.deployments.activeCounts(actor, 'logical_environment_id', ids);
  }
}

/** Adds to Artifact where it runs. */
@Resolver(() => ArtifactModel)
export class ArtifactDeploymentsResolver {
  constructor(@Inject(DeploymentsService) private readonly deployments: DeploymentsService) {}

  @ResolveField(() => DeploymentRecordConnection, { description: 'Where it runs, or ran; newest first.' })
  records(@CurrentActor() actor: Actor, @Parent() artifact: Artifact, @Args() args: ArtifactRecordsArgs) {
    return this.deployments.records(
      actor,
      { digests: [artifact.digest], statuses: args.statuses ?? null },
      NEWEST_FIRST,
      args,
    );
  }
}
