import type { Attestation } from './api.js';
import { mismatchText, signerText, sourceText } from './attestation-view.js';
import type { Printer } from './output.js';
import type { ShortRecord } from './record-columns.js';
import { tinted } from './table.js';
import { relativeTime, safe } from './text.js';

type TracedAttestation = Pick<
  Attestation,
  'id' | 'format' | 'predicateType' | 'verdict' | 'reason' | 'policy' | 'signer' | 'mismatches' | 'buildRun'
>;

export interface TracedArtifact {
  id: string;
  digest: string;
  kind: string | null;
  name: string | null;
  version: string | null;
  evidence: string;
  refs: { ociRef: string }[];
  attestations: TracedAttestation[];
  indexes: { digest: string; attestations: TracedAttestation[] }[];
  records: { nodes: ShortRecord[]; pageInfo: { hasNextPage: boolean } };
}

/** The chain running → artifact → attestation → build run → commit, for people; a line a link. */
export function traceText(artifact: TracedArtifact, asked: ShortRecord | null, printer: Printer): string {
  const lines: string[] = [];
  const add = (depth: number, title: string, text: string): void => {
    lines.push(`${'  '.repeat(depth)}${title.padEnd(15 - 2 * depth)} ${text}`);
  };
  const when = (instant: string): string =>
    printer.io.outIsTerminal ? `${instant} (${relativeTime(instant, printer.io.now())})` : instant;
  const place = (record: ShortRecord): string =>
    safe(
      `${record.deployment.name} (${record.deployment.kind}) in ${record.environmentName} / ${record.logicalEnvironmentName}`,
    );
  const attestation = (depth: number, traced: TracedAttestation): void => {
    const state = `${tinted(traced.verdict, printer)}, policy ${tinted(traced.policy, printer)}`;
    add(
      depth,
      'attestation',
      `${state}${traced.reason ? `, ${traced.reason}` : ''}  ${safe(traced.predicateType ?? traced.format)}  ${traced.id}`,
    );
    const signer = signerText(traced.signer);
    if (signer) add(depth + 1, 'signer', safe(signer));
    const mismatch = mismatchText(traced.mismatches);
    if (mismatch) add(depth + 1, 'mismatch', safe(mismatch));
    const run = traced.buildRun;
    if (!run) return;
    const proof = run.confirmed ? 'confirmed by the certificate' : 'claimed, not confirmed';
    add(
      depth + 1,
      'build run',
      safe(`${run.workflow.name}  ${run.runUrl ?? run.runId ?? 'without a run id'}  (${proof})`),
    );
    add(depth + 2, 'commit', safe(sourceText(run) ?? 'not told'));
  };
  if (asked && asked.status !== 'DEPLOYED')
    add(
      0,
      'ran',
      `${place(asked)} from ${when(asked.deployedAt)} until ${asked.endedAt ? when(asked.endedAt) : 'now'}, ${asked.status}`,
    );
  for (const record of artifact.records.nodes)
    add(0, 'running', `${place(record)} since ${when(record.deployedAt)}  ${record.id}`);
  if (artifact.records.nodes.length === 0) add(0, 'running', 'nowhere');
  if (artifact.records.pageInfo.hasNextPage) add(0, '', 'and in more places');
  const { name, version } = artifact;
  const title = version && !name?.includes(version) ? `${name ?? ''} ${version}`.trim() : (name ?? '');
  add(
    0,
    'artifact',
    `${artifact.digest}${title ? `  ${safe(title)}` : ''}  evidence ${tinted(artifact.evidence, printer)}`,
  );
  for (const { ociRef } of artifact.refs) add(1, 'reference', safe(ociRef));
  artifact.attestations.forEach((each) => attestation(1, each));
  for (const index of artifact.indexes) {
    add(1, 'part of', index.digest);
    index.attestations.forEach((each) => attestation(2, each));
  }
  if ([artifact, ...artifact.indexes].every(({ attestations }) => attestations.length === 0))
    add(1, 'attestation', 'none');
  return `${lines.join('\n')}\n`;
}
