import type { Database } from '../platform/index.js';
import type { Artifact, ArtifactRef } from './artifact.js';
import { ARTIFACT_COLUMNS } from './artifacts.store.js';

/** References that named the artifacts, newest first. */
export const listRefs = (
  db: Database,
  organizationId: string,
  artifactIds: readonly string[],
): Promise<(ArtifactRef & { artifactId: string })[]> =>
  db.query(
    'list-artifact-refs',
    `select artifact_id as "artifactId", oci_ref as "ociRef", resolved_at as "resolvedAt",
       resolved_by_id as "resolvedById"
     from artifact_ref where organization_id = $1 and artifact_id = any($2) order by resolved_at desc, oci_ref`,
    [organizationId, artifactIds],
  );

/** Platform manifests of the indexes. */
export const listPlatforms = (
  db: Database,
  organizationId: string,
  indexIds: readonly string[],
): Promise<(Artifact & { indexId: string })[]> =>
  db.query(
    'list-artifact-platforms',
    `select p.index_id as "indexId", ${ARTIFACT_COLUMNS}
     from artifact_platform p join artifact a on a.organization_id = p.organization_id and a.id = p.platform_id
     where p.organization_id = $1 and p.index_id = any($2) order by p.platform, a.digest`,
    [organizationId, indexIds],
  );

/** Indexes that hold the platform manifests. */
export const listIndexes = (
  db: Database,
  organizationId: string,
  platformIds: readonly string[],
): Promise<(Artifact & { platformId: string })[]> =>
  db.query(
    'list-artifact-indexes',
    `select p.platform_id as "platformId", ${ARTIFACT_COLUMNS}
     from artifact_platform p join artifact a on a.organization_id = p.organization_id and a.id = p.index_id
     where p.organization_id = $1 and p.platform_id = any($2) order by a.digest`,
    [organizationId, platformIds],
  );
