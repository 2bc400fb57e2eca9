import type { Attestation, Signer } from './api.js';
import type { Column } from './output.js';

/** `sha256:…` of the first digest of a subject, with its name. */
export function subjectText(subject: { name: string | null; digest: Record<string, string> }): string {
  const [algorithm, hex] = Object.entries(subject.digest)[0] ?? [];
  const digest = algorithm === undefined ? 'no digest' : `${algorithm}:${hex}`;
  return subject.name ? `${subject.name} ${digest}` : digest;
}

/** The identity of a certificate with its issuer, or the key; null = nobody signed. */
export function signerText(signer: Signer | null): string | null {
  if (!signer) return null;
  const key = signer.keyId ?? signer.keyFingerprint;
  const who = signer.identity ?? (key === null ? 'a key' : `key ${key}`);
  return signer.issuer === null ? who : `${who} (${signer.issuer})`;
}

export const attestationColumns: Column<Attestation>[] = [
  { title: 'ID', value: ({ id }) => id, as: 'id' },
  { title: 'VERDICT', value: ({ verdict }) => verdict, as: 'status' },
  { title: 'POLICY', value: ({ policy }) => policy, as: 'status' },
  { title: 'REASON', value: ({ reason }) => reason },
  { title: 'PREDICATE TYPE', value: ({ predicateType }) => predicateType },
  { title: 'SUBJECT', value: ({ subjects }) => (subjects[0] ? subjectText(subjects[0]) : null) },
  { title: 'CREATED', value: ({ createdAt }) => createdAt, as: 'instant' },
  { title: 'FORMAT', value: ({ format }) => format, wide: true },
  { title: 'SIGNER', value: ({ signer }) => signerText(signer), wide: true },
  { title: 'SUBJECTS', value: ({ subjects }) => subjects.length, wide: true },
  { title: 'ENVELOPE', value: ({ envelopeDigest }) => envelopeDigest, as: 'digest', wide: true },
];

export const attestationFields: Column<Attestation>[] = [
  { title: 'Attestation', value: ({ id }) => id },
  { title: 'Verdict', value: ({ verdict }) => verdict, as: 'status' },
  { title: 'Policy', value: ({ policy }) => policy, as: 'status' },
  { title: 'Reason', value: ({ reason }) => reason },
  { title: 'Format', value: ({ format }) => format },
  { title: 'Predicate type', value: ({ predicateType }) => predicateType },
  { title: 'Subjects', value: ({ subjects }) => subjects.map(subjectText).join(', ') },
  { title: 'Signer', value: ({ signer }) => signerText(signer) },
  { title: 'Signed', value: ({ signedAt }) => signedAt, as: 'instant' },
  { title: 'Trusted root', value: ({ trustedRoot }) => trustedRoot },
  { title: 'Workflow', value: ({ buildRun }) => buildRun?.workflow.name },
  { title: 'Build run', value: ({ buildRun }) => buildRun?.runUrl ?? buildRun?.runId },
  { title: 'Source', value: ({ buildRun }) => sourceText(buildRun) },
  {
    title: 'Confirmed by the signer',
    value: ({ buildRun }) => (buildRun ? (buildRun.confirmed ? 'yes' : 'no') : null),
  },
  { title: 'Mismatches', value: ({ mismatches }) => mismatchText(mismatches) },
  { title: 'Envelope', value: ({ envelopeDigest }) => envelopeDigest },
  { title: 'Bytes', value: ({ sizeBytes }) => sizeBytes },
  { title: 'Verified', value: ({ verifiedAt }) => verifiedAt, as: 'instant' },
  { title: 'Created', value: ({ createdAt }) => createdAt, as: 'instant' },
];

/** `repository@commit (ref)`; null when the source is not told. */
export function sourceText(
  run: { sourceRepo: string | null; sourceCommit: string | null; sourceRef: string | null } | null,
): string | null {
  if (!run?.sourceRepo && !run?.sourceCommit) return null;
  const ref = run.sourceRef ? ` (${run.sourceRef})` : '';
  return `${run.sourceRepo ?? 'unknown repository'}@${run.sourceCommit ?? 'unknown commit'}${ref}`;
}

/** Where predicate and certificate disagree; null when they do not. */
export const mismatchText = (
  mismatches: readonly { field: string; claimed: string | null; certified: string | null }[],
): string | null =>
  mismatches
    .map(
      ({ field, claimed, certified }) =>
        `${field}: claimed ${claimed ?? 'nothing'}, certified ${certified ?? 'nothing'}`,
    )
    .join('; ') || null;
