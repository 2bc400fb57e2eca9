import { Module } from '@nestjs/common';
import { ProjectsResolver } from './graphql/projects.resolver.js';
import { ProjectsService } from './projects.service.js';

@Module({ providers: [ProjectsService, ProjectsResolver], exports: [ProjectsService] })
export class ProjectsModule {}
