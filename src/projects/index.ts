export type { Project, ProjectVersion } from './project.js';
export { ProjectsModule } from './projects.module.js';
export { ProjectsService } from './projects.service.js';
export { ensureProject, ensureProjectVersion, findProjectIds } from './projects.store.js';
export { ProjectModel, ProjectVersionModel } from './graphql/projects.resolver.js';
