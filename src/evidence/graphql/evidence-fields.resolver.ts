import { Inject } from '@nestjs/common';
import { Args, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Actor } from '../../access/index.js';
import { ArtifactModel, type Artifact } from '../../artifacts/index.js';
import { Context, CurrentActor, load, type RequestContext } from '../../graphql/index.js';
import { ProjectsService, ProjectVersionModel } from '../../projects/index.js';
import type { Attestation, BuildRun, Workflow } from '../attestation.js';
import { EvidenceService } from '../evidence.service.js';
import { AttestationModel, AttestationSubject, BuildRunModel, WorkflowModel } from './evidence.models.js';

@Resolver(() => AttestationModel)
export class AttestationFieldsResolver {
  constructor(
    @Inject(EvidenceService) private readonly evidence: EvidenceService,
    @Inject(ProjectsService) private readonly projects: ProjectsService,
  ) {}

  @ResolveField(() => [AttestationSubject], { description: 'What it speaks about, as written.' })
  subjects(@Parent() attestation: Attestation, @Context() context: RequestContext) {
    return load(context, this.evidence.subjects, this.evidence, attestation.id);
  }

  @ResolveField(() => [ArtifactModel], { description: 'Artifacts its subjects name by a full digest.' })
  artifacts(@Parent() attestation: Attestation, @Context() context: RequestContext) {
    return load(context, this.evidence.artifactsOf, this.evidence, attestation.id);
  }

  @ResolveField(() => BuildRunModel, {
    nullable: true,
    description: 'The run it tells of; only a claim unless `confirmed`. null = it tells of none.',
  })
  buildRun(@Parent() attestation: Attestation, @Context() context: RequestContext) {
    if (attestation.buildRunId === null) return null;
    return load(context, this.evidence.buildRunsById, this.evidence, attestation.buildRunId);
  }

  @ResolveField(() => ProjectVersionModel, { nullable: true, description: 'null = it names none.' })
  projectVersion(@Parent() attestation: Attestation, @Context() context: RequestContext) {
    if (attestation.projectVersionId === null) return null;
    return load(context, this.projects.versionsById, this.projects, attestation.projectVersionId);
  }

  @ResolveField(() => String, { description: 'Path of the original bytes on this server.' })
  downloadUrl(@Parent() attestation: Attestation) {
    return `/attestations/${attestation.id}/download`;
  }
}

@Resolver(() => BuildRunModel)
export class BuildRunFieldsResolver {
  constructor(@Inject(EvidenceService) private readonly evidence: EvidenceService) {}

  @ResolveField(() => WorkflowModel)
  workflow(@Parent() run: BuildRun, @Context() context: RequestContext) {
    return load(context, this.evidence.workflowsById, this.evidence, run.workflowId);
  }

  @ResolveField(() => [AttestationModel], { description: 'What tells of it, newest first.' })
  attestations(@Parent() run: BuildRun, @Context() context: RequestContext) {
    return load(context, this.evidence.attestationsOfRuns, this.evidence, run.id);
  }
}

@Resolver(() => WorkflowModel)
export class WorkflowFieldsResolver {
  constructor(@Inject(EvidenceService) private readonly evidence: EvidenceService) {}

  @ResolveField(() => [BuildRunModel], { description: 'Its newest runs.' })
  buildRuns(
    @Parent() workflow: Workflow,
    @CurrentActor() actor: Actor,
    @Args('first', { type: () => Int, nullable: true, description: '1 to 500; default 50.' })
    first?: number | null,
  ) {
    return this.evidence.runsOfWorkflow(actor, workflow.id, first ?? null);
  }
}

/** Adds to Artifact what proves where it came from. */
@Resolver(() => ArtifactModel)
export class ArtifactEvidenceResolver {
  constructor(@Inject(EvidenceService) private readonly evidence: EvidenceService) {}

  @ResolveField(() => [AttestationModel], { description: 'Attestations that name it, newest first.' })
  attestations(@Parent() artifact: Artifact, @Context() context: RequestContext) {
    return load(context, this.evidence.attestationsOf, this.evidence, artifact.id);
  }

  @ResolveField(() => [BuildRunModel], { description: 'Runs that built it, confirmed ones first.' })
  buildRuns(@Parent() artifact: Artifact, @Context() context: RequestContext) {
    return load(context, this.evidence.buildRunsOf, this.evidence, artifact.id);
  }

  @ResolveField(() => [WorkflowModel], { description: 'Workflows of those runs.' })
  workflows(@Parent() artifact: Artifact, @Context() context: RequestContext) {
    return load(context, this.evidence.workflowsOf, this.evidence, artifact.id);
  }

  @ResolveField(() => [ProjectVersionModel], { description: 'Project versions its evidence names.' })
  projectVersions(@Parent() artifact: Artifact, @Context() context: RequestContext) {
    return load(context, this.evidence.projectVersionsOf, this.evidence, artifact.id);
  }
}
