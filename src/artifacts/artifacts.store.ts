import { newId, RollcallError, type Database, type Queryable, type Tx } from '../platform/index.js';
import type { Artifact, ArtifactKind } from './artifact.js';

export const ARTIFACT_COLUMNS = `a.id, a.digest, a.kind, a.name, a.version, a.size_bytes as "sizeBytes", a.evidence,
  a.created_at as "createdAt"`;

export async function findArtifact(
  db: Queryable,
  organizationId: string,
  digest: string,
): Promise<Artifact | null> {
  const { rows } = await db.query<Artifact>({
    name: 'find-artifact',
    text: `select ${ARTIFACT_COLUMNS} from artifact a where a.organization_id = $1 and a.digest = $2`,
    values: [organizationId, digest],
  });
  return rows[0] ?? null;
}

/** By id, in no order; unknown ids are left out. */
export const findArtifacts = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Artifact[]> =>
  db.query<Artifact>(
    'find-artifacts',
    `select ${ARTIFACT_COLUMNS} from artifact a where a.organization_id = $1 and a.id = any($2)`,
    [organizationId, ids],
  );

/**
 * Registers digests and answers their ids in the same order. What is known already is never overwritten; a kind or a
 * name that was unknown is filled in.
 */
export async function ensureArtifacts(
  tx: Tx,
  organizationId: string,
  inputs: {
    digest: string;
    kind: ArtifactKind | null;
    name: string | null;
    version?: string | null;
    sizeBytes?: number | null;
  }[],
): Promise<string[]> {
  const unique = [...new Map(inputs.map((input) => [input.digest, input])).values()].sort((a, b) =>
    a.digest < b.digest ? -1 : 1,
  );
  const { rows } = await tx.query<{ id: string; digest: string }>(
    `insert into artifact as a (id, organization_id, digest, kind, name, version, size_bytes)
     select i.id, $1, i.digest, i.kind, i.name, i.version, i.size_bytes
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
       as i(id, digest, kind, name, version, size_bytes)
     on conflict (organization_id, digest) do update set kind = coalesce(a.kind, excluded.kind),
       name = coalesce(a.name, excluded.name), version = coalesce(a.version, excluded.version),
       size_bytes = coalesce(a.size_bytes, excluded.size_bytes)
     returning a.id, a.digest`,
    [
      organizationId,
      unique.map(() => newId('art')),
      unique.map((input) => input.digest),
      unique.map((input) => input.kind),
      unique.map((input) => input.name),
      unique.map((input) => input.version ?? null),
      unique.map((input) => input.sizeBytes ?? null),
    ],
  );
  const ids = new Map(rows.map((row) => [row.digest, row.id]));
  return inputs.map((input) => ids.get(input.digest) as string);
}

/**
 * Says the kind of artifacts of which nobody has said it yet; in id order, so that two callers never deadlock. When
 * another caller was first with another kind: ARTIFACT_KIND_MISMATCH, which the caller's transaction must not survive.
 */
export async function setUnknownKinds(
  tx: Tx,
  artifacts: { id: string; kind: ArtifactKind }[],
): Promise<void> {
  const ordered = [...artifacts].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, kind } of ordered) {
    await tx.query('update artifact set kind = $2 where id = $1 and kind is null', [id, kind]);
    const { rows } = await tx.query<{ kind: ArtifactKind }>('select kind from artifact where id = $1', [id]);
    const said = rows[0]?.kind;
    if (said !== kind) throw kindMismatch(said as ArtifactKind, kind);
  }
}

/** G15: the kind is a fact of the artifact. */
export const kindMismatch = (said: ArtifactKind, kind: ArtifactKind): RollcallError =>
  new RollcallError('ARTIFACT_KIND_MISMATCH', `this artifact is a ${said}, not a ${kind}`, {
    field: ['kind'],
    details: { kind: said },
  });

/** Keeps the history of references (G18): the first time each was given for the artifact. */
export async function insertRefs(
  tx: Tx,
  refs: {
    organizationId: string;
    artifactId: string;
    ociRef: string;
    resolvedAt: string;
    resolvedById: string;
  }[],
): Promise<void> {
  if (refs.length === 0) return;
  await tx.query({
    name: 'insert-artifact-refs',
    text: `insert into artifact_ref (organization_id, artifact_id, oci_ref, resolved_at, resolved_by_id)
           select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[]) as i(o, a, r, t, b)
           order by o, a, r on conflict do nothing`,
    values: [
      refs.map((ref) => ref.organizationId),
      refs.map((ref) => ref.artifactId),
      refs.map((ref) => ref.ociRef),
      refs.map((ref) => ref.resolvedAt),
      refs.map((ref) => ref.resolvedById),
    ],
  });
}

export async function insertPlatforms(
  tx: Tx,
  organizationId: string,
  indexId: string,
  platforms: { id: string; platform: string | null }[],
): Promise<void> {
  await tx.query(
    `insert into artifact_platform (organization_id, index_id, platform_id, platform)
     select $1, $2, i.id, i.platform from unnest($3::text[], $4::text[]) as i(id, platform) on conflict do nothing`,
    [organizationId, indexId, platforms.map((entry) => entry.id), platforms.map((entry) => entry.platform)],
  );
}

/** What covers an index covers its platforms: raises the evidence level of the platforms of `indexIds`. */
export async function inheritEvidence(
  tx: Tx,
  organizationId: string,
  indexIds: readonly string[],
): Promise<void> {
  await tx.query(
    `update artifact a set evidence = i.evidence
     from artifact_platform p join artifact i on i.organization_id = p.organization_id and i.id = p.index_id
     where p.organization_id = $1 and p.index_id = any($2) and a.organization_id = $1 and a.id = p.platform_id
       and (i.evidence = 'VERIFIED' and a.evidence <> 'VERIFIED' or i.evidence = 'EXISTS' and a.evidence = 'NONE')`,
    [organizationId, indexIds],
  );
}
