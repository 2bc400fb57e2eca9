import { Inject } from '@nestjs/common';
import { Args, Info, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Actor } from '../../access/index.js';
import { ArtifactKindEnum, type ArtifactKind } from '../../artifacts/index.js';
import { EnvironmentPayload } from '../../environments/index.js';
import {
  asGraphqlError,
  asRollcallError,
  ConnectionArgs,
  CurrentActor,
  DateTime,
  payload,
  requestedOfNodes,
  toUserError,
  type Requested,
} from '../../graphql/index.js';
import { LOGGER, type Logger } from '../../platform/index.js';
import { DeploymentChanges } from '../deployment-changes.js';
import { DeploymentsService } from '../deployments.service.js';
import { FURTHER_FIELDS } from '../deployment.js';
import type { RecordParts } from '../records.queries.js';
import {
  ArchiveEnvironmentInput,
  DecommissionDeploymentInput,
  DecommissionDeploymentPayload,
  DeploymentChangeModel,
  DeploymentConnection,
  DeploymentFilter,
  DeploymentModel,
  DeploymentRecordConnection,
  DeploymentRecordFilter,
  DeploymentRecordOrder,
  RecordDeploymentInput,
  RecordDeploymentPayload,
  RecordDeploymentsInput,
  RecordDeploymentsPayload,
} from './deployments.models.js';

const NEWEST_FIRST = { field: 'DEPLOYED_AT', direction: 'DESC' } as const;

@Resolver()
export class DeploymentsResolver {
  constructor(
    @Inject(DeploymentsService) private readonly service: DeploymentsService,
    @Inject(DeploymentChanges) private readonly changes: DeploymentChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Mutation(() => RecordDeploymentPayload, {
    description: 'States that an artifact runs; safe to repeat on every CI run.',
  })
  recordDeployment(@CurrentActor() actor: Actor, @Args('input') input: RecordDeploymentInput) {
    return payload(() => this.service.record(actor, input));
  }

  @Mutation(() => RecordDeploymentsPayload, {
    description: 'Up to 500 records; a refused one never fails the others.',
  })
  async recordDeployments(@CurrentActor() actor: Actor, @Args('input') input: RecordDeploymentsInput) {
    const shown = (answer: Awaited<ReturnType<DeploymentsService['recordMany']>>[number]) =>
      answer instanceof Error
        ? { userErrors: [toUserError(asRollcallError(answer, this.logger, actor.requestId))] }
        : { ...answer, userErrors: [] };
    const made = await payload(async () => ({
      results: (await this.service.recordMany(actor, input.records)).map(shown),
    }));
    return { ...made, results: made.results ?? [] };
  }

  @Mutation(() => DecommissionDeploymentPayload, { description: 'States that an artifact no longer runs.' })
  decommissionDeployment(@CurrentActor() actor: Actor, @Args('input') input: DecommissionDeploymentInput) {
    return payload(() => this.service.decommission(actor, input));
  }

  @Mutation(() => EnvironmentPayload, {
    description: 'Takes an Environment out of use; its name stays taken.',
  })
  archiveEnvironment(@CurrentActor() actor: Actor, @Args('input') input: ArchiveEnvironmentInput) {
    return payload(async () => ({
      environment: await this.service.archiveEnvironment(actor, {
        name: input.name,
        detachRecords: input.detachRecords ?? false,
      }),
    }));
  }

  @Query(() => DeploymentRecordConnection, {
    description: 'What runs, or what ran. Newest first unless ordered otherwise.',
  })
  deploymentRecords(
    @CurrentActor() actor: Actor,
    @Args() args: ConnectionArgs,
    @Args('filter', { type: () => DeploymentRecordFilter, nullable: true })
    filter?: DeploymentRecordFilter | null,
    @Args('at', {
      type: () => DateTime,
      nullable: true,
      description: 'What ran at that instant; null = no condition.',
    })
    at?: string | null,
    @Args('orderBy', {
      type: () => DeploymentRecordOrder,
      nullable: true,
      description: 'null = newest deployedAt first.',
    })
    orderBy?: DeploymentRecordOrder | null,
    @Info() info?: GraphQLResolveInfo,
  ) {
    const parts = info && partsOf(requestedOfNodes(info));
    return this.service.records(actor, { ...filter, at: at ?? null }, orderBy ?? NEWEST_FIRST, args, parts);
  }

  @Query(() => DeploymentConnection, { description: 'Identities of what runs or ran, newest first.' })
  deployments(
    @CurrentActor() actor: Actor,
    @Args() args: ConnectionArgs,
    @Args('filter', { type: () => DeploymentFilter, nullable: true }) filter?: DeploymentFilter | null,
  ) {
    return this.service.deployments(actor, filter ?? {}, args);
  }

  @Query(() => DeploymentModel, { nullable: true, description: 'By its key; null = there is none.' })
  deployment(
    @CurrentActor() actor: Actor,
    @Args('name', { type: () => String }) name: string,
    @Args('kind', { type: () => ArtifactKindEnum }) kind: ArtifactKind,
    @Args('environment', { type: () => String, nullable: true, description: 'null = default.' })
    environment?: string | null,
    @Args('logicalEnvironment', { type: () => String, nullable: true, description: 'null = production.' })
    logicalEnvironment?: string | null,
  ) {
    return this.service.deployment(actor, {
      name,
      kind,
      environment: environment ?? null,
      logicalEnvironment: logicalEnvironment ?? null,
    });
  }

  @Subscription(() => DeploymentChangeModel, {
    description:
      'What happens to Deployments, in order; resumable with the cursor of the last change that was seen.',
    resolve: (change: unknown) => change,
  })
  deploymentChanged(
    @CurrentActor() actor: Actor,
    @Args('after', { type: () => String, nullable: true, description: 'A cursor; null = from now on.' })
    after?: string | null,
    @Args('environments', { type: () => [String], nullable: true }) environments?: string[] | null,
    @Args('logicalEnvironments', { type: () => [String], nullable: true })
    logicalEnvironments?: string[] | null,
    @Args('names', { type: () => [String], nullable: true }) names?: string[] | null,
  ) {
    const abort = new AbortController();
    const filter = { environments, logicalEnvironments, names };
    const changes = this.changes.changes(actor, filter, after ?? null, abort.signal);
    return endingWith(
      showingErrors(changes, (error) => asGraphqlError(error, this.logger, actor.requestId)),
      abort,
    );
  }
}

/** What ends a subscription is told in the form of every other error. */
async function* showingErrors<T>(
  changes: AsyncGenerator<T>,
  show: (error: unknown) => Error,
): AsyncGenerator<T> {
  try {
    yield* changes;
  } catch (error) {
    throw show(error);
  }
}

/** When the subscriber goes, a generator that waits for the next event is woken and ends. */
function endingWith<T>(changes: AsyncGenerator<T>, abort: AbortController): AsyncGenerator<T> {
  const stop = changes.return.bind(changes);
  changes.return = (value) => {
    abort.abort();
    return stop(value);
  };
  return changes;
}

const IN_EVERY_DEPLOYMENT = ['__typename', 'id', 'name', 'kind', 'environment', 'logicalEnvironment'];
const IN_EVERY_ARTIFACT = ['__typename', 'id', 'digest'];

/** What a list of records must read for the fields that are asked for: joins that nobody looks at cost half of its time. */
function partsOf(asked: Requested): RecordParts {
  const more = (field: string, inEvery: string[]): boolean =>
    [...(asked.get(field)?.keys() ?? [])].some((name) => !inEvery.includes(name));
  const deployment = asked.get('deployment');
  return {
    columns: FURTHER_FIELDS.filter((field) => asked.has(field)),
    staleSince: asked.has('staleSince'),
    deployment: more('deployment', IN_EVERY_DEPLOYMENT),
    artifact: more('artifact', IN_EVERY_ARTIFACT),
    named:
      asked.has('reportedBy') ||
      deployment?.has('environment') === true ||
      deployment?.has('logicalEnvironment') === true,
  };
}
