import { Inject } from '@nestjs/common';
import { Field, ID, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Context, load, Node, type RequestContext } from '../../graphql/index.js';
import type { ProjectVersion } from '../project.js';
import { ProjectsService } from '../projects.service.js';

@ObjectType('Project', {
  implements: () => [Node],
  description: 'A project, as evidence or records name it.',
})
export class ProjectModel {
  @Field(() => ID) id!: string;
  @Field(() => String) slug!: string;
  @Field(() => String) name!: string;
}

@ObjectType('ProjectVersion', { implements: () => [Node], description: 'A version of a project.' })
export class ProjectVersionModel {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
}

@Resolver(() => ProjectVersionModel)
export class ProjectsResolver {
  constructor(@Inject(ProjectsService) private readonly projects: ProjectsService) {}

  @ResolveField(() => ProjectModel)
  project(@Parent() version: ProjectVersion, @Context() context: RequestContext) {
    return load(context, this.projects.projectsById, this.projects, version.projectId);
  }
}
