import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../access/index.js';
import { Database } from '../platform/index.js';
import type { Project, ProjectVersion } from './project.js';
import { findProjects, findProjectVersions } from './projects.store.js';

/** Projects and their versions, as attestations name them. */
@Injectable()
export class ProjectsService {
  constructor(@Inject(Database) private readonly db: Database) {}

  /** In the order of `ids`; null for unknown ones. Reading a project needs no key of its own. */
  async projectsById(actor: Actor, ids: readonly string[]): Promise<(Project | null)[]> {
    const rows = new Map(
      (await findProjects(this.db, actor.organizationId, ids)).map((row) => [row.id, row]),
    );
    return ids.map((id) => rows.get(id) ?? null);
  }

  /** In the order of `ids`; null for unknown ones. */
  async versionsById(actor: Actor, ids: readonly string[]): Promise<(ProjectVersion | null)[]> {
    const rows = new Map(
      (await findProjectVersions(this.db, actor.organizationId, ids)).map((row) => [row.id, row]),
    );
    return ids.map((id) => rows.get(id) ?? null);
  }
}
