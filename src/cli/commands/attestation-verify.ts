import type { VerifiedItem, VerifyOptions } from '../../evidence/verify-file.js';
import { mismatchText, signerText, sourceText, subjectText } from '../attestation-view.js';
import { defineCommand } from '../command.js';
import { numberOption } from '../duration.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure, conflict, usage } from '../failure.js';
import { readInput } from '../files.js';
import type { Column } from '../output.js';
import { safe } from '../text.js';
import { tinted } from '../table.js';
import { verifyHint } from '../verify-hints.js';
import { digestOption } from '../artifact-options.js';

const options = {
  artifact: {
    type: 'string',
    value: 'FILE',
    about: 'the artifact that the attestations must speak about',
    here: true,
  },
  digest: { type: 'string', value: 'DIGEST', about: 'its digest instead of the artifact itself', here: true },
  'trusted-root': {
    type: 'list',
    value: 'FILE',
    about: 'a Sigstore trusted_root.json instead of the public-good one',
    here: true,
  },
  key: { type: 'list', value: 'FILE', about: 'a public key of which one must have signed', here: true },
  'certificate-identity': {
    type: 'string',
    value: 'TEXT',
    about: 'the identity that must have signed',
    here: true,
  },
  'certificate-oidc-issuer': {
    type: 'string',
    value: 'URL',
    about: 'the issuer of that identity',
    here: true,
  },
  'tlog-threshold': {
    type: 'string',
    value: 'N',
    about: 'transparency log entries that are needed',
    here: true,
  },
  'ctlog-threshold': {
    type: 'string',
    value: 'N',
    about: 'certificate log timestamps that are needed',
    here: true,
  },
  'timestamp-threshold': { type: 'string', value: 'N', about: 'signing times that are needed', here: true },
} as const;

type Row = VerifiedItem & { file: string };

const line = (title: string, value: string | null): string =>
  value ? `  ${title.padEnd(10)}${safe(value)}\n` : '';

const columns: Column<Row>[] = [
  { title: 'FILE', value: ({ file }) => file },
  { title: 'INDEX', value: ({ index }) => index },
  { title: 'VERDICT', value: ({ verdict }) => verdict, as: 'status' },
  { title: 'POLICY', value: ({ policy }) => policy, as: 'status' },
  { title: 'REASON', value: ({ reason }) => reason },
  { title: 'PREDICATE TYPE', value: ({ predicateType }) => predicateType },
  { title: 'SUBJECTS', value: ({ subjects }) => (subjects ?? []).map(subjectText).join(', ') },
];

const SUBJECTS_SHOWN = 10;

export const command = defineCommand({
  about: 'Verify attestation files on this machine, without a server',
  details: `Exit code 0 only when every attestation is VERIFIED and, with an identity given, SATISFIES it; else 1.
Without --trusted-root and --key, the public-good root of Sigstore and the keys of the npm registry are trusted.`,
  args: [{ name: 'FILE', about: 'an attestation file', many: true }],
  options,
  examples: [
    'rollcall attestation verify app.sigstore.json --artifact app.tgz',
    'rollcall attestation verify app.sigstore.json --digest sha256:… --certificate-identity https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main --certificate-oidc-issuer https://token.actions.githubusercontent.com',
  ],
  async run({ args, flags, print, io }) {
    const verification = verifyOptions(flags);
    const files = args.map((file) => ({ file, bytes: readInput(file) }));
    const { verifyFile } = await import('../../evidence/verify-file.js');
    const { OptionError, REASONS } = await import('../../evidence/reasons.js');
    let rows: Row[];
    try {
      rows = files.flatMap(({ file, bytes }) =>
        verifyFile(bytes, verification).map((item) => ({ file, ...item })),
      );
    } catch (error) {
      if (error instanceof OptionError)
        throw new CliFailure('USAGE', `${error.message} (${error.code})`, { cause: error });
      throw error;
    }
    const text = (row: Row): string => {
      const subjects = row.subjects ?? [];
      const more = subjects.length - SUBJECTS_SHOWN;
      const hint = row.reason === null ? null : verifyHint(row.reason);
      return [
        `${safe(row.file)}${args.length > 1 || rows.length > 1 ? ` [${row.index}]` : ''}: `,
        `${tinted(row.verdict, print)}, policy ${tinted(row.policy, print)}\n`,
        line('predicate', row.predicateType),
        ...subjects.slice(0, SUBJECTS_SHOWN).map((subject) => line('subject', subjectText(subject))),
        more > 0 ? line('', `and ${more} more`) : '',
        line('signer', signerText(row.signer)),
        line('source', sourceText(row.buildRun)),
        line('mismatch', mismatchText(row.mismatches ?? [])),
        row.reason === null ? '' : line('reason', `${row.reason}: ${REASONS[row.reason].text}`),
        row.policy === 'NOT_SATISFIED' ? line('policy', 'the signer is not the identity you asked for') : '',
        line('hint', hint),
      ].join('');
    };
    if (print.format === 'table' || print.format === 'wide') rows.forEach((row) => io.out(text(row)));
    else if (print.format === 'json' || print.format === 'yaml')
      await print.data({ items: items(rows, args.length > 1) });
    else
      await print.list(
        { items: rows, pageInfo: { hasNextPage: false, endCursor: null } },
        columns,
        ({ file }) => file,
      );
    return rows.every(({ verdict, policy }) => verdict === 'VERIFIED' && policy !== 'NOT_SATISFIED')
      ? EXIT.done
      : EXIT.failed;
  },
});

/** The items as the verifier gives them; with several files each says which one it is from. */
const items = (rows: readonly Row[], several: boolean): object[] =>
  rows.map(({ file, ...item }) => (several ? { file, ...item } : item));

function verifyOptions(flags: { [K in keyof typeof options]: string | string[] | undefined }): VerifyOptions {
  const text = flags as { [K in keyof typeof options]: string | undefined };
  const identity = text['certificate-identity'];
  const issuer = text['certificate-oidc-issuer'];
  if ((identity === undefined) !== (issuer === undefined))
    throw usage('--certificate-identity and --certificate-oidc-issuer need each other');
  if (text.artifact !== undefined && text.digest !== undefined)
    throw conflict('--artifact and --digest exclude each other');
  const threshold = (
    flag: 'tlog-threshold' | 'ctlog-threshold' | 'timestamp-threshold',
  ): number | undefined => numberOption(flag, text[flag], 0, 8);
  return {
    artifact: text.artifact === undefined ? undefined : readInput(text.artifact),
    digest: text.digest === undefined ? undefined : digestOption('--digest', text.digest),
    trustedRoots: (flags['trusted-root'] as string[]).map((file) => ({ bytes: readInput(file) })),
    keys: (flags.key as string[]).map(readInput),
    identity,
    issuer,
    tlogThreshold: threshold('tlog-threshold'),
    ctlogThreshold: threshold('ctlog-threshold'),
    timestampThreshold: threshold('timestamp-threshold'),
  };
}
