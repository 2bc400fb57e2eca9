import { Inject, Injectable } from '@nestjs/common';
import { auditEvent, mutate, require, type Actor } from '../access/index.js';
import { appendEvents, Database, parseDigest, RollcallError } from '../platform/index.js';
import type { Artifact, ArtifactKind, ArtifactRef } from './artifact.js';
import { listIndexes, listPlatforms, listRefs } from './artifacts.queries.js';
import * as store from './artifacts.store.js';
import { MAX_MANIFEST_BYTES, parseOciManifest } from './oci-manifest.js';
import { parseOciReference } from './oci-reference.js';

@Injectable()
export class ArtifactsService {
  constructor(@Inject(Database) private readonly db: Database) {}

  /** null for a digest that is unknown; INVALID_DIGEST for a text that is none. */
  async artifact(actor: Actor, digest: string): Promise<Artifact | null> {
    require(actor, 'artifact.read');
    const parsed = parseDigest(digest);
    if (parsed === null)
      throw new RollcallError('BAD_REQUEST', 'digest must be sha256:, sha384: or sha512: and hex');
    return store.findArtifact(this.db.pool, actor.organizationId, parsed);
  }

  async artifactById(actor: Actor, id: string): Promise<Artifact | null> {
    require(actor, 'artifact.read');
    return (await this.linkedArtifacts(actor, [id]))[0] ?? null;
  }

  /** What records name, in the order of `ids`; null for unknown ones. Who may see the record needs no key for it. */
  async linkedArtifacts(actor: Actor, ids: readonly string[]): Promise<(Artifact | null)[]> {
    const rows = new Map(
      (await store.findArtifacts(this.db, actor.organizationId, ids)).map((row) => [row.id, row]),
    );
    return ids.map((id) => rows.get(id) ?? null);
  }

  /**
   * Registers the bytes of an OCI manifest; an index registers its platform manifests too, so that a cluster that
   * reports one of them refreshes the record of the index (G17). The digest is computed, never taken on trust.
   */
  registerManifest(
    actor: Actor,
    input: {
      manifest: Uint8Array;
      kind: ArtifactKind | null;
      ociRef: string | null;
      name: string | null;
      version: string | null;
    },
  ): Promise<Artifact> {
    require(actor, 'artifact.write');
    const manifest = parseOciManifest(input.manifest);
    if (!manifest)
      throw new RollcallError(
        'INVALID_INPUT',
        `manifest is no OCI manifest or index of up to ${MAX_MANIFEST_BYTES} bytes`,
        {
          field: ['manifest'],
        },
      );
    const reference = input.ociRef === null ? null : parseOciReference(input.ociRef);
    if (
      input.ociRef !== null &&
      (!reference || (reference.digest !== null && reference.digest !== manifest.digest))
    )
      throw new RollcallError('INVALID_REFERENCE', 'ociRef is outside the grammar, or names another digest', {
        field: ['ociRef'],
        details: { digest: manifest.digest },
      });
    const kind = input.kind ?? manifest.kind;
    const stated = { ...input, manifest: manifest.digest };
    return mutate(this.db, actor, 'registerArtifact', stated, async (tx) => {
      const [id, ...platformIds] = await store.ensureArtifacts(tx, actor.organizationId, [
        {
          digest: manifest.digest,
          kind,
          name: input.name,
          version: input.version,
          sizeBytes: input.manifest.byteLength,
        },
        ...manifest.platforms.map((entry) => ({
          digest: entry.digest,
          kind,
          name: input.name,
          sizeBytes: entry.sizeBytes,
        })),
      ]);
      const artifactId = id as string;
      const platforms = manifest.platforms.map((entry, i) => ({
        id: platformIds[i] as string,
        platform: entry.platform,
      }));
      if (platforms.length > 0) await store.insertPlatforms(tx, actor.organizationId, artifactId, platforms);
      await store.inheritEvidence(tx, actor.organizationId, [artifactId]);
      if (input.ociRef !== null)
        await store.insertRefs(tx, [
          {
            organizationId: actor.organizationId,
            artifactId,
            ociRef: input.ociRef,
            resolvedAt: new Date().toISOString(),
            resolvedById: actor.principalId,
          },
        ]);
      const artifact = (await store.findArtifact(tx, actor.organizationId, manifest.digest)) as Artifact;
      if (kind !== null && artifact.kind !== kind)
        throw store.kindMismatch(artifact.kind as ArtifactKind, kind);
      await appendEvents(tx, [
        auditEvent(actor, 'ARTIFACT_REGISTERED', artifactId, {
          after: artifact,
          platforms: manifest.platforms.map((entry) => entry.digest),
        }),
      ]);
      return artifact;
    });
  }

  /** References of each artifact, newest first. */
  async refs(actor: Actor, ids: readonly string[]): Promise<ArtifactRef[][]> {
    require(actor, 'artifact.read');
    const rows = await listRefs(this.db, actor.organizationId, ids);
    return ids.map((id) => rows.filter((row) => row.artifactId === id));
  }

  /** Platform manifests of each index; empty for what is no index. */
  async platforms(actor: Actor, ids: readonly string[]): Promise<Artifact[][]> {
    require(actor, 'artifact.read');
    const rows = await listPlatforms(this.db, actor.organizationId, ids);
    return ids.map((id) => rows.filter((row) => row.indexId === id));
  }

  /** Indexes that hold each platform manifest. */
  async indexes(actor: Actor, ids: readonly string[]): Promise<Artifact[][]> {
    require(actor, 'artifact.read');
    const rows = await listIndexes(this.db, actor.organizationId, ids);
    return ids.map((id) => rows.filter((row) => row.platformId === id));
  }
}
