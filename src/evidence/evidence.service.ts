import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { auditEvent, mutate, require, type Actor } from '../access/index.js';
import type { Artifact, ArtifactKind } from '../artifacts/index.js';
import {
  appendEvents,
  checkLists,
  CONFIG,
  Database,
  parseDigest,
  readPage,
  RollcallError,
  toPage,
  type Config,
  type Page,
  type PageArgs,
  type Tx,
} from '../platform/index.js';
import { ProjectsService, type ProjectVersion } from '../projects/index.js';
import type { Attestation, BuildRun, TrustedRoot, TrustedRootKind, Workflow } from './attestation.js';
import { MAX_BYTES } from './bounded-json.js';
import * as queries from './evidence.queries.js';
import * as store from './evidence.store.js';
import { storeExamined, type PushedAttestation } from './push-attestation.js';
import { OptionError } from './reasons.js';
import { shippedTrust } from './shipped-trust.js';
import type { StatementSubject } from './statement.js';
import { loadTrustedKeys } from './trusted-keys.js';
import { loadTrustedRoot } from './trusted-root.js';
import type { VerifyOptions } from './verify-file.js';
import { PoolError, VerifyPool } from './verify-pool.js';

/** The evidence store: attestations with their verdicts, and what they prove. */
@Injectable()
export class EvidenceService implements OnApplicationShutdown {
  private readonly pool: VerifyPool;

  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(ProjectsService) private readonly projects: ProjectsService,
    @Inject(CONFIG) config: Config,
  ) {
    this.pool = new VerifyPool({ workers: config.verifyWorkers });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }

  /** The trust that ships with Rollcall; in the transaction that makes the organization. */
  async seed(tx: Tx, organizationId: string): Promise<void> {
    for (const { name, kind, content } of shippedTrust())
      await store.insertTrustedRoot(tx, organizationId, {
        name,
        kind,
        content,
        sha256: sha256(Buffer.from(content)),
        builtIn: true,
        tlogThreshold: 1,
        ctlogThreshold: 1,
        timestampThreshold: 1,
      });
  }

  /**
   * Verifies and stores every attestation of a file. Verification runs on worker threads, before and outside of the
   * transaction. Pushing the same bytes again stores nothing twice, and judges them again.
   */
  async push(
    actor: Actor,
    file: { bytes: Uint8Array; name: string | null; kind: ArtifactKind | null },
  ): Promise<(PushedAttestation & { attestation: Attestation | null })[]> {
    require(actor, 'artifact.write');
    if (file.bytes.byteLength === 0 || file.bytes.byteLength > MAX_BYTES)
      throw new RollcallError('INVALID_ATTESTATION', `a file of attestations has 1 to ${MAX_BYTES} bytes`, {
        field: ['content'],
      });
    const name = file.name === null ? null : file.name.replace(/\p{Cc}/gu, '').slice(0, 255);
    const roots = await store.listTrustedRoots(this.db.pool, actor.organizationId);
    const examined = await this.examine(file.bytes, trustOf(roots));
    const first = examined[0]?.item;
    if (examined.every((each) => each.item.format === 'unknown'))
      throw new RollcallError(
        'INVALID_ATTESTATION',
        `no attestation can be read from this file: ${first?.reason ?? 'empty'}`,
        {
          field: ['content'],
          hint: 'push a Sigstore bundle, a DSSE envelope, JSON lines of them, or an in-toto statement',
          details: { reason: first?.reason ?? null },
        },
      );
    const call = { content: sha256(file.bytes), name, kind: file.kind };
    const pushed = await mutate(this.db, actor, 'pushAttestation', call, (tx) =>
      storeExamined(tx, actor, { ...file, name }, examined, roots),
    );
    const ids = pushed.flatMap((each) => each.attestationId ?? []);
    const rows = new Map(
      (await store.findAttestations(this.db, actor.organizationId, ids)).map((row) => [row.id, row]),
    );
    return pushed.map((each) => ({ ...each, attestation: rows.get(each.attestationId ?? '') ?? null }));
  }

  /** The original bytes that carry an attestation; null = no such attestation. */
  async download(actor: Actor, id: string): Promise<{ bytes: Buffer; name: string } | null> {
    require(actor, 'artifact.read');
    const [attestation] = await store.findAttestations(this.db, actor.organizationId, [id]);
    if (!attestation) return null;
    const bytes = await store.readBlob(
      this.db.pool,
      actor.organizationId,
      attestation.envelopeDigest.slice('sha256:'.length),
    );
    return bytes && { bytes, name: attestation.name ?? `${attestation.id}.json` };
  }

  addTrustedRoot(
    actor: Actor,
    input: { name: string; kind: TrustedRootKind; content: Uint8Array } & Partial<
      Pick<TrustedRoot, 'tlogThreshold' | 'ctlogThreshold' | 'timestampThreshold'>
    >,
  ): Promise<TrustedRoot> {
    require(actor, 'organization.settings.manage');
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(input.name))
      throw new RollcallError('INVALID_NAME', 'a trusted root has 1 to 63 characters a-z, 0-9 and -', {
        field: ['name'],
      });
    const { tlogThreshold = 1, ctlogThreshold = 1, timestampThreshold = 1 } = input;
    const thresholds = { tlogThreshold, ctlogThreshold, timestampThreshold };
    try {
      if (input.kind === 'SIGSTORE') loadTrustedRoot(input.content, thresholds);
      else loadTrustedKeys(input.content);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      throw new RollcallError('INVALID_TRUSTED_ROOT', error.message, { field: ['content'] });
    }
    const digest = sha256(input.content);
    const root = {
      name: input.name,
      kind: input.kind,
      content: Buffer.from(input.content).toString('utf8'),
      sha256: digest,
      builtIn: false,
      ...thresholds,
    };
    return mutate(this.db, actor, 'addTrustedRoot', { ...root, content: digest }, async (tx) => {
      const added = await store.insertTrustedRoot(tx, actor.organizationId, root);
      if (!added)
        throw new RollcallError('TRUSTED_ROOT_EXISTS', `there is a trusted root ${input.name}`, {
          field: ['name'],
        });
      const { content: _, ...after } = added;
      await appendEvents(tx, [auditEvent(actor, 'TRUSTED_ROOT_ADDED', added.id, { after })]);
      return added;
    });
  }

  async trustedRoots(actor: Actor): Promise<TrustedRoot[]> {
    require(actor, 'artifact.read');
    return store.listTrustedRoots(this.db.pool, actor.organizationId);
  }

  async attestations(
    actor: Actor,
    filter: queries.AttestationFilter,
    args: PageArgs,
  ): Promise<Page<Attestation>> {
    require(actor, 'artifact.read');
    checkLists(filter);
    const wanted = { ...filter, digests: filter.digests?.map((text) => parseDigest(text) ?? text) ?? null };
    const page = readPage<[string]>(args, 1);
    const after = page.after?.[0] ?? null;
    const rows = await queries.listAttestations(this.db, actor.organizationId, wanted, after, page.limit);
    return toPage(
      rows,
      page,
      (row) => [row.id],
      () => queries.countAttestations(this.db, actor.organizationId, wanted),
    );
  }

  /** In the order of `ids`; null for unknown ones. */
  async attestationsById(actor: Actor, ids: readonly string[]): Promise<(Attestation | null)[]> {
    require(actor, 'artifact.read');
    return byId(ids, await store.findAttestations(this.db, actor.organizationId, ids));
  }

  async subjects(
    actor: Actor,
    ids: readonly string[],
  ): Promise<Pick<StatementSubject, 'name' | 'digest'>[][]> {
    const rows = await queries.listSubjects(this.db, actor.organizationId, ids);
    return grouped(ids, rows, (row) => row.attestationId);
  }

  async artifactsOf(actor: Actor, ids: readonly string[]): Promise<Artifact[][]> {
    const rows = await queries.listArtifactsOf(this.db, actor.organizationId, ids);
    return grouped(ids, rows, (row) => row.attestationId);
  }

  /** Attestations that name each artifact, newest first. */
  async attestationsOf(actor: Actor, artifactIds: readonly string[]): Promise<Attestation[][]> {
    require(actor, 'artifact.read');
    const rows = await queries.listAttestationsOf(this.db, actor.organizationId, artifactIds);
    return grouped(artifactIds, rows, (row) => row.artifactId);
  }

  /** Build runs that made each artifact (H5), confirmed ones first; never what only a forged attestation claims. */
  async buildRunsOf(actor: Actor, artifactIds: readonly string[]): Promise<BuildRun[][]> {
    require(actor, 'artifact.read');
    const rows = await queries.listBuildRunsOf(this.db, actor.organizationId, artifactIds);
    return grouped(artifactIds, rows, (row) => row.artifactId);
  }

  /** Workflows of those build runs. */
  async workflowsOf(actor: Actor, artifactIds: readonly string[]): Promise<Workflow[][]> {
    const runs = await this.buildRunsOf(actor, artifactIds);
    const workflows = await this.workflowsById(actor, [...new Set(runs.flat().map((run) => run.workflowId))]);
    const known = new Map(
      workflows.flatMap((workflow) => (workflow ? [[workflow.id, workflow] as const] : [])),
    );
    return runs.map((list) =>
      [...new Set(list.map((run) => run.workflowId))].flatMap((id) => known.get(id) ?? []),
    );
  }

  /** Project versions whose evidence names each artifact (H6). */
  async projectVersionsOf(actor: Actor, artifactIds: readonly string[]): Promise<ProjectVersion[][]> {
    require(actor, 'artifact.read');
    const links = await queries.listProjectVersionsOf(this.db, actor.organizationId, artifactIds);
    const versions = await this.projects.versionsById(actor, [...new Set(links.map((link) => link.id))]);
    const known = new Map(versions.flatMap((version) => (version ? [[version.id, version] as const] : [])));
    return artifactIds.map((id) =>
      links.filter((link) => link.artifactId === id).flatMap((link) => known.get(link.id) ?? []),
    );
  }

  async buildRunsById(actor: Actor, ids: readonly string[]): Promise<(BuildRun | null)[]> {
    require(actor, 'artifact.read');
    return byId(ids, await queries.findBuildRuns(this.db, actor.organizationId, ids));
  }

  async attestationsOfRuns(actor: Actor, buildRunIds: readonly string[]): Promise<Attestation[][]> {
    const rows = await queries.listAttestationsOfRuns(this.db, actor.organizationId, buildRunIds);
    return grouped(buildRunIds, rows, (row) => row.buildRunId as string);
  }

  async workflowsById(actor: Actor, ids: readonly string[]): Promise<(Workflow | null)[]> {
    require(actor, 'artifact.read');
    return byId(ids, await queries.findWorkflows(this.db, actor.organizationId, ids));
  }

  /** The newest runs of a workflow, 1 to 500. */
  async runsOfWorkflow(actor: Actor, workflowId: string, first: number | null): Promise<BuildRun[]> {
    require(actor, 'artifact.read');
    const { limit } = readPage({ first }, 0);
    return queries.listRunsOfWorkflow(this.db, actor.organizationId, workflowId, limit - 1);
  }

  private async examine(bytes: Uint8Array, options: VerifyOptions): ReturnType<VerifyPool['verifyFile']> {
    try {
      return await this.pool.verifyFile(bytes, options);
    } catch (error) {
      if (error instanceof PoolError)
        throw new RollcallError(error.code === 'CLOSED' ? 'UNAVAILABLE' : 'RATE_LIMITED', error.message, {
          hint: 'try again shortly',
        });
      throw error;
    }
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Every root and key of the organization; each root brings its thresholds. */
const trustOf = (roots: TrustedRoot[]): VerifyOptions => ({
  trustedRoots: roots
    .filter((root) => root.kind === 'SIGSTORE')
    .map(({ content, tlogThreshold, ctlogThreshold, timestampThreshold }) => ({
      bytes: Buffer.from(content),
      thresholds: { tlogThreshold, ctlogThreshold, timestampThreshold },
    })),
  trustedKeys: roots.filter((root) => root.kind === 'PUBLIC_KEYS').map((root) => Buffer.from(root.content)),
});

function byId<Row extends { id: string }>(ids: readonly string[], rows: Row[]): (Row | null)[] {
  const known = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => known.get(id) ?? null);
}

function grouped<Row>(ids: readonly string[], rows: Row[], keyOf: (row: Row) => string): Row[][] {
  const groups = new Map(ids.map((id) => [id, [] as Row[]]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return ids.map((id) => groups.get(id) as Row[]);
}
