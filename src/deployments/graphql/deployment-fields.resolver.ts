import { Inject } from '@nestjs/common';
import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { AccessService, ActorModel, type Actor } from '../../access/index.js';
import { ArtifactModel, ArtifactsService } from '../../artifacts/index.js';
import { EnvironmentModel, LogicalEnvironmentModel, PlacesService } from '../../environments/index.js';
import {
  ConnectionArgs,
  Context,
  CurrentActor,
  DateTime,
  load,
  type RequestContext,
} from '../../graphql/index.js';
import { addSeconds } from '../../platform/index.js';
import type { DeploymentChange } from '../deployment-changes.js';
import type * as domain from '../deployment.js';
import { DeploymentsService } from '../deployments.service.js';
import {
  DeploymentChangeModel,
  DeploymentModel,
  DeploymentRecordConnection,
  DeploymentRecordModel,
} from './deployments.models.js';

const NEWEST_FIRST = { field: 'DEPLOYED_AT', direction: 'DESC' } as const;
const EVERY_STATUS = ['DEPLOYED', 'SUPERSEDED', 'DECOMMISSIONED'] as const;

@Resolver(() => DeploymentModel)
export class DeploymentFieldsResolver {
  constructor(
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(PlacesService) private readonly places: PlacesService,
  ) {}

  @ResolveField(() => EnvironmentModel)
  environment(@Parent() deployment: domain.Deployment, @Context() context: RequestContext) {
    return load(context, this.places.linkedEnvironments, this.places, deployment.environmentId);
  }

  @ResolveField(() => LogicalEnvironmentModel)
  logicalEnvironment(@Parent() deployment: domain.Deployment, @Context() context: RequestContext) {
    return load(context, this.places.linkedLogicalEnvironments, this.places, deployment.logicalEnvironmentId);
  }

  @ResolveField(() => DeploymentRecordModel, {
    nullable: true,
    description: 'What runs now; null = nothing.',
  })
  active(@Parent() deployment: domain.Deployment, @Context() context: RequestContext) {
    return load(context, this.deployments.activeRecords, this.deployments, deployment.id);
  }

  @ResolveField(() => DeploymentRecordConnection, { description: 'Its whole history, newest first.' })
  records(
    @CurrentActor() actor: Actor,
    @Parent() deployment: domain.Deployment,
    @Args() args: ConnectionArgs,
  ) {
    const filter = { deploymentId: deployment.id, names: [deployment.name], statuses: [...EVERY_STATUS] };
    return this.deployments.records(actor, filter, NEWEST_FIRST, args);
  }
}

/** For records that come out of a mutation or a link; the rows of a list carry these already. */
@Resolver(() => DeploymentRecordModel)
export class RecordFieldsResolver {
  constructor(
    @Inject(AccessService) private readonly access: AccessService,
    @Inject(ArtifactsService) private readonly artifacts: ArtifactsService,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
  ) {}

  @ResolveField(() => DeploymentModel)
  deployment(@Parent() record: domain.DeploymentRecord, @Context() context: RequestContext) {
    return load(context, this.deployments.linkedDeployments, this.deployments, record.deploymentId);
  }

  @ResolveField(() => ArtifactModel)
  artifact(@Parent() record: domain.DeploymentRecord, @Context() context: RequestContext) {
    return load(context, this.artifacts.linkedArtifacts, this.artifacts, record.artifactId);
  }

  @ResolveField(() => ActorModel)
  reportedBy(@Parent() record: domain.DeploymentRecord, @Context() context: RequestContext) {
    return load(context, this.access.principals, this.access, record.reportedById);
  }

  @ResolveField(() => DeploymentRecordModel, {
    nullable: true,
    description: 'What took its place; null = nothing did.',
  })
  supersededBy(@Parent() record: domain.DeploymentRecord, @Context() context: RequestContext) {
    if (record.supersededById === null) return null;
    return load(context, this.deployments.linkedRecords, this.deployments, record.supersededById);
  }

  @ResolveField(() => DateTime, {
    nullable: true,
    description: 'Since when nobody has seen it (G8); null = it is not stale.',
  })
  async staleSince(@Parent() record: domain.DeploymentRecord, @CurrentActor() actor: Actor) {
    if (record.status !== 'DEPLOYED') return null;
    const { staleAfterSeconds } = await this.access.organization(actor);
    const since = addSeconds(record.lastSeenAt, staleAfterSeconds);
    return since < new Date().toISOString() ? since : null;
  }
}

@Resolver(() => DeploymentChangeModel)
export class ChangeFieldsResolver {
  constructor(
    @Inject(AccessService) private readonly access: AccessService,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
  ) {}

  @ResolveField(() => DeploymentModel)
  deployment(@Parent() change: DeploymentChange, @Context() context: RequestContext) {
    return load(context, this.deployments.linkedDeployments, this.deployments, change.deploymentId);
  }

  @ResolveField(() => DeploymentRecordModel, {
    nullable: true,
    description: 'As it is now; null = the change made none.',
  })
  async record(@Parent() change: DeploymentChange, @CurrentActor() actor: Actor) {
    if (change.recordId === null) return null;
    return (await this.deployments.linkedRecords(actor, [change.recordId]))[0];
  }

  @ResolveField(() => ActorModel)
  actor(@Parent() change: DeploymentChange, @Context() context: RequestContext) {
    return load(context, this.access.principals, this.access, change.actorId);
  }
}
