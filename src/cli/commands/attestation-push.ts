import document from '../../../graphql/operations/cli/push-attestation.graphql?raw';
import { basename } from 'node:path';
import type { Attestation } from '../api.js';
import { kindOption } from '../artifact-options.js';
import { subjectText } from '../attestation-view.js';
import type { Client } from '../client.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure, type UserError, isFailure } from '../failure.js';
import { readInput } from '../files.js';
import { readStdin } from '../io.js';
import { mutate } from '../mutate.js';
import type { Column } from '../output.js';

type Pushed = Pick<
  Attestation,
  'id' | 'format' | 'predicateType' | 'verdict' | 'reason' | 'policy' | 'subjects'
>;

interface Result {
  index: number;
  created: boolean;
  attestation: Pushed | null;
  error: UserError | null;
}

interface Row extends Result {
  file: string;
}

const columns: Column<Row>[] = [
  { title: 'FILE', value: ({ file }) => file },
  {
    title: 'RESULT',
    value: ({ created, error }) => (error ? error.code : created ? 'CREATED' : 'UNCHANGED'),
  },
  { title: 'VERDICT', value: ({ attestation }) => attestation?.verdict, as: 'status' },
  { title: 'POLICY', value: ({ attestation }) => attestation?.policy, as: 'status' },
  { title: 'REASON', value: ({ attestation, error }) => attestation?.reason ?? error?.message },
  { title: 'PREDICATE TYPE', value: ({ attestation }) => attestation?.predicateType },
  {
    title: 'SUBJECT',
    value: ({ attestation }) => (attestation?.subjects[0] ? subjectText(attestation.subjects[0]) : null),
  },
  { title: 'ATTESTATION', value: ({ attestation }) => attestation?.id, as: 'id' },
  { title: 'INDEX', value: ({ index }) => index, wide: true },
];

async function push(client: Client, file: string, bytes: Buffer, kind: string | undefined): Promise<Row[]> {
  const input = { content: bytes.toString('base64'), name: basename(file), kind };
  const { results } = await mutate<{ results: Result[] }>(client, document, input);
  return results.map((result) => ({ file, ...result }));
}

const FAILED_FILE = (file: string, { code, message, detail }: CliFailure): Row => ({
  file,
  index: 0,
  created: false,
  attestation: null,
  error: { code, message, hint: detail.hint ?? null, field: null, details: null },
});

const LIMIT = 64 * 1024 * 1024;

export const command = defineCommand({
  about: 'Store attestation files',
  details: `Takes Sigstore bundles, DSSE envelopes, in-toto statements and files of several of them; each is verified by the
server. The artifacts they speak about exist from then on. Pushing a file again changes nothing.
Exit code 3: some files were refused.`,
  args: [{ name: 'FILE', about: 'an attestation file; - is standard input', many: true }],
  options: { kind: { type: 'string', value: 'KIND', about: 'kind of the artifacts, when it is known' } },
  examples: ['rollcall attestation push app.sigstore.json --kind container-image'],
  async run({ args, flags, client, print, io }) {
    const kind = flags.kind === undefined ? undefined : kindOption(flags.kind);
    const server = await client();
    const rows: Row[] = [];
    const failures: CliFailure[] = [];
    for (const file of args) {
      try {
        rows.push(
          ...(await push(server, file, file === '-' ? await readStdin(io, LIMIT) : readInput(file), kind)),
        );
      } catch (error) {
        if (!isFailure(error)) throw error;
        if (args.length === 1 || error.exit === EXIT.unreachable || error.exit === EXIT.notPermitted)
          throw error;
        failures.push(error);
        rows.push(FAILED_FILE(file, error));
      }
    }
    const list = { items: rows, pageInfo: { hasNextPage: false, endCursor: null } };
    await print.list(list, columns, ({ attestation }) => attestation?.id ?? '');
    const refused = rows.filter(({ error }) => error !== null);
    for (const { file, index, error } of refused)
      print.warn(
        `${file} [${index}]: ${error?.message} (${error?.code})${error?.hint ? `; ${error.hint}` : ''}`,
      );
    const unproven = rows.filter(({ attestation }) => attestation && attestation.verdict !== 'VERIFIED');
    for (const { file, index, attestation } of unproven)
      print.warn(`${file} [${index}] is stored but ${attestation?.verdict}: ${attestation?.reason}`);
    if (refused.length === 0) return EXIT.done;
    if (refused.length < rows.length) return EXIT.partlyDone;
    const [first] = refused;
    return failures[0]?.exit ?? new CliFailure(first?.error?.code ?? '', '').exit;
  },
});
