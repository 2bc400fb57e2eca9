import { newId, type Database, type Tx } from '../platform/index.js';
import type { Project, ProjectVersion } from './project.js';

/** The id of the project with this slug, which is made when it is new. */
export async function ensureProject(tx: Tx, organizationId: string, slug: string): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into project (id, organization_id, slug, name) values ($1, $2, $3, $3)
     on conflict (organization_id, slug) do update set slug = excluded.slug returning id`,
    [newId('prj'), organizationId, slug],
  );
  return (rows[0] as { id: string }).id;
}

/** Ids by slug, in input order; null = there is no such project. */
export async function findProjectIds(
  tx: Tx,
  projects: { organizationId: string; slug: string }[],
): Promise<(string | null)[]> {
  const { rows } = await tx.query<{ id: string | null }>({
    name: 'find-project-ids',
    text: `select p.id from unnest($1::text[], $2::text[]) with ordinality as i(organization_id, slug, ord)
           left join project p on p.organization_id = i.organization_id and p.slug = i.slug order by i.ord`,
    values: [projects.map((project) => project.organizationId), projects.map((project) => project.slug)],
  });
  return rows.map((row) => row.id);
}

/** The id of the project version, which is made, with its project, when it is new. */
export async function ensureProjectVersion(
  tx: Tx,
  organizationId: string,
  slug: string,
  version: string,
): Promise<string> {
  const projectId = await ensureProject(tx, organizationId, slug);
  const { rows } = await tx.query<{ id: string }>(
    `insert into project_version (id, organization_id, project_id, name) values ($1, $2, $3, $4)
     on conflict (organization_id, project_id, name) do update set name = excluded.name returning id`,
    [newId('pvr'), organizationId, projectId, version],
  );
  return (rows[0] as { id: string }).id;
}

/** By id, in no order; unknown ids are left out. */
export const findProjects = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Project[]> =>
  db.query<Project>(
    'find-projects',
    'select id, slug, name, created_at as "createdAt" from project where organization_id = $1 and id = any($2)',
    [organizationId, ids],
  );

/** By id, in no order; unknown ids are left out. */
export const findProjectVersions = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<ProjectVersion[]> =>
  db.query<ProjectVersion>(
    'find-project-versions',
    `select id, project_id as "projectId", name, created_at as "createdAt" from project_version
     where organization_id = $1 and id = any($2)`,
    [organizationId, ids],
  );
