import { Inject } from '@nestjs/common';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { AccessService, type Actor } from './access/index.js';
import { ArtifactsService } from './artifacts/index.js';
import { DeploymentsService } from './deployments/index.js';
import { PlacesService } from './environments/index.js';
import { EvidenceService } from './evidence/index.js';
import { CurrentActor, Node } from './graphql/index.js';
import { idPrefix } from './platform/index.js';
import { ProjectsService } from './projects/index.js';

@Resolver()
export class NodeResolver {
  constructor(
    @Inject(AccessService) private readonly access: AccessService,
    @Inject(PlacesService) private readonly places: PlacesService,
    @Inject(ProjectsService) private readonly projects: ProjectsService,
    @Inject(ArtifactsService) private readonly artifacts: ArtifactsService,
    @Inject(EvidenceService) private readonly evidence: EvidenceService,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
  ) {}

  @Query(() => Node, { nullable: true, description: 'Anything by its id; null = unknown, or not visible.' })
  async node(
    @CurrentActor() actor: Actor,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<object | null> {
    return (await this.find(actor, id)) ?? null;
  }

  private async find(actor: Actor, id: string): Promise<object | null | undefined> {
    const first = async (rows: Promise<(object | null)[]>): Promise<object | null | undefined> =>
      (await rows)[0];
    switch (idPrefix(id)) {
      case 'tok':
        return this.access.token(actor, id);
      case 'env':
        return this.places.environmentById(actor, id);
      case 'lenv':
        return this.places.logicalEnvironmentById(actor, id);
      case 'prj':
        return first(this.projects.projectsById(actor, [id]));
      case 'pvr':
        return first(this.projects.versionsById(actor, [id]));
      case 'art':
        return this.artifacts.artifactById(actor, id);
      case 'att':
        return first(this.evidence.attestationsById(actor, [id]));
      case 'bld':
        return first(this.evidence.buildRunsById(actor, [id]));
      case 'wfl':
        return first(this.evidence.workflowsById(actor, [id]));
      case 'trt':
        return (await this.evidence.trustedRoots(actor)).find((root) => root.id === id);
      case 'dep':
        return this.deployments.deploymentById(actor, id);
      case 'rec':
        return this.deployments.recordById(actor, id);
      default:
        return null;
    }
  }
}
