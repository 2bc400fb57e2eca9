import { createHash } from 'node:crypto';
import { auditEvent, type Actor } from '../access/index.js';
import { ensureArtifacts, type ArtifactKind } from '../artifacts/index.js';
import { appendEvents, parseDigest, type Tx } from '../platform/index.js';
import { ensureProjectVersion } from '../projects/index.js';
import type { TrustedRoot } from './attestation.js';
import { toInstant, type BuildRunClaims } from './build-run/index.js';
import * as store from './evidence.store.js';
import { REASONS } from './reasons.js';
import type { StatementSubject } from './statement.js';
import type { ExaminedAttestation } from './verify-file.js';

/** Which library judged; kept with the verdict. */
export const VERIFIER = '@sigstore/verify 4.1.3';
const MAX_NAME = 2048;

/** What became of one attestation of a pushed file. */
export interface PushedAttestation {
  index: number;
  /** False when these bytes were stored before. */
  created: boolean;
  attestationId: string | null;
  /** Why nothing could be read at this place of the file; null = it was stored. */
  unreadable: string | null;
}

/**
 * Stores what was examined: original bytes, verdict, subjects as artifacts, build run. Bytes that are known are judged
 * again, nothing of them is stored twice. What could not be read at all is answered, not stored.
 */
export async function storeExamined(
  tx: Tx,
  actor: Actor,
  file: { bytes: Uint8Array; name: string | null; kind: ArtifactKind | null },
  examined: ExaminedAttestation[],
  roots: TrustedRoot[],
): Promise<PushedAttestation[]> {
  const pushed: PushedAttestation[] = [];
  const positions = new Map<string, number>();
  const touched = new Set<string>();
  for (const each of examined) {
    if (each.item.format === 'unknown' && each.item.reason !== null) {
      const unreadable = `${each.item.reason}: ${REASONS[each.item.reason].text}`;
      pushed.push({ index: each.item.index, created: false, attestationId: null, unreadable });
      continue;
    }
    const range = `${each.sha256} ${each.start}`;
    const position = positions.get(range) ?? 0;
    positions.set(range, position + 1);
    const stored = await storeOne(tx, actor, file, each, position, roots);
    for (const id of stored.artifactIds) touched.add(id);
    pushed.push({
      index: each.item.index,
      created: stored.created,
      attestationId: stored.id,
      unreadable: null,
    });
  }
  if (touched.size > 0) await store.settleEvidence(tx, actor.organizationId, [...touched]);
  return pushed;
}

async function storeOne(
  tx: Tx,
  actor: Actor,
  file: { bytes: Uint8Array; name: string | null; kind: ArtifactKind | null },
  examined: ExaminedAttestation,
  position: number,
  roots: TrustedRoot[],
): Promise<{ id: string; created: boolean; artifactIds: string[] }> {
  const { item, sha256, start, end } = examined;
  const { organizationId } = actor;
  const subjects = item.subjects ?? [];
  const artifactIds = await ensureArtifacts(
    tx,
    organizationId,
    subjects.flatMap((subject) => artifactsOf(subject, file.kind)),
  );
  await store.insertBlob(tx, organizationId, sha256, file.bytes.subarray(start, end));
  const row: store.NewAttestation = {
    organizationId,
    sha256,
    position,
    name: file.name,
    format: item.format,
    predicateType: bounded(item.predicateType),
    pushedById: actor.principalId,
    verdict: item.verdict,
    reason: item.reason,
    policy: item.policy,
    signer: item.signer,
    signedAt: examined.signedAt[0] === undefined ? null : toInstant(examined.signedAt[0]),
    trustedRootId: roots.find((root) => `sha256:${root.sha256}` === examined.trustedRoot)?.id ?? null,
    mismatches: item.mismatches ?? [],
    verifier: VERIFIER,
    buildRunId: item.buildRun ? await storeBuildRun(tx, organizationId, item.buildRun, examined) : null,
    projectVersionId: await storeProjectVersion(tx, organizationId, item.buildRun, item.verdict),
  };
  const id = await store.insertAttestation(tx, row);
  if (id === null) {
    const judged = await store.rejudge(tx, row);
    if (judged.changed)
      await appendEvents(tx, [
        auditEvent(actor, 'ATTESTATION_JUDGED', judged.id, {
          before: judged.before,
          after: item.verdict,
          reason: item.reason,
        }),
      ]);
    return { id: judged.id, created: false, artifactIds };
  }
  if (subjects.length > 0) await store.insertSubjects(tx, organizationId, id, subjects.map(storable));
  if (artifactIds.length > 0) await store.linkArtifacts(tx, organizationId, id, [...new Set(artifactIds)]);
  await appendEvents(tx, [
    auditEvent(actor, 'ATTESTATION_PUSHED', id, {
      envelopeDigest: `sha256:${sha256}`,
      verdict: item.verdict,
      reason: item.reason,
    }),
  ]);
  return { id, created: true, artifactIds };
}

/** The artifacts a subject names: only full sha256, sha384 and sha512 digests in lower case identify one. */
function artifactsOf(subject: Pick<StatementSubject, 'name' | 'digest'>, kind: ArtifactKind | null) {
  return Object.entries(subject.digest).flatMap(([algorithm, hex]) => {
    const text = `${algorithm}:${hex}`;
    if (parseDigest(text) !== text) return [];
    return [{ digest: text, kind, name: bounded(subject.name), version: purlVersion(subject.name) }];
  });
}

/** `pkg:npm/sigstore@2.1.0` → `2.1.0`; null for other names. */
function purlVersion(name: string | null): string | null {
  const match = name?.startsWith('pkg:') ? /@([^/?#@]{1,255})(?:[?#].*)?$/.exec(name) : null;
  return match?.[1] ? storableText(match[1]) : null;
}

/** PostgreSQL's text holds no NUL; names are for display only. */
const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();
const bounded = (text: string | null): string | null =>
  text === null ? null : storableText(text).slice(0, MAX_NAME);
const storable = (
  subject: Pick<StatementSubject, 'name' | 'digest'>,
): Pick<StatementSubject, 'name' | 'digest'> => ({
  name: bounded(subject.name),
  digest: Object.fromEntries(
    Object.entries(subject.digest).map(([key, value]) => [storableText(key), storableText(value)]),
  ),
});

/**
 * Attestations of one run share its row, but claims never share one with what a certificate confirms: a forged
 * statement cannot touch what is proven.
 */
async function storeBuildRun(
  tx: Tx,
  organizationId: string,
  claims: BuildRunClaims,
  examined: ExaminedAttestation,
): Promise<string> {
  const { verdict, signer } = examined.item;
  const confirmed = verdict === 'VERIFIED' && signer?.kind === 'CERTIFICATE';
  const trust = confirmed ? 'confirmed' : verdict;
  const { startedOn, finishedOn, ...said } = claims;
  const nameless = claims.runUrl === null && claims.runId === null && claims.invocationId === null;
  const identity = createHash('sha256')
    .update(JSON.stringify([trust, said, startedOn, finishedOn, nameless ? examined.sha256 : null]))
    .digest('hex');
  const source = claims.sourceRepo ?? claims.builderId ?? claims.mapper;
  const name = claims.workflowPath ?? claims.workflowName ?? claims.buildType ?? claims.mapper;
  return store.ensureBuildRun(tx, organizationId, identity, {
    ...claims,
    workflowId: await store.ensureWorkflow(tx, organizationId, source, name),
    confirmed,
    startedAt: startedOn === null ? null : toInstant(startedOn),
    completedAt: finishedOn === null ? null : toInstant(finishedOn),
  });
}

async function storeProjectVersion(
  tx: Tx,
  organizationId: string,
  claims: BuildRunClaims | null,
  verdict: string,
): Promise<string | null> {
  if (!claims?.project || !claims.projectVersion || verdict === 'INVALID') return null;
  return ensureProjectVersion(
    tx,
    organizationId,
    claims.project.slice(0, 255),
    claims.projectVersion.slice(0, 255),
  );
}
