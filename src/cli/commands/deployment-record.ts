import { defineCommand, type Call } from '../command.js';
import { inCi } from '../ci.js';
import { conflict, isFailure } from '../failure.js';
import { EXIT } from '../exit-codes.js';
import { answerFields } from '../record-columns.js';
import { decommissionDeployment, decommissionInput, recordDeployment } from '../record.js';
import { RECORD_OPTIONS, recordInput, statusOption } from '../record-options.js';

export const STATE_OPTIONS = {
  'if-active': {
    type: 'boolean',
    about: 'with --status decommissioned: exit 0 when another artifact is active',
    here: true,
  },
  'soft-fail': { type: 'boolean', about: 'exit 0 with a warning when the server cannot be reached' },
} as const;

const options = {
  ...RECORD_OPTIONS,
  status: { type: 'string', value: 'STATUS', about: 'deployed (default) or decommissioned', here: true },
  mode: {
    type: 'string',
    value: 'MODE',
    about: 'record (default), or heartbeat: only refresh what is active',
  },
  ...STATE_OPTIONS,
  batch: {
    type: 'string',
    value: 'FILE',
    about: 'record every line of an NDJSON file; - is standard input',
    here: true,
  },
} as const;

/** Runs `work`; with `--soft-fail` a server that cannot be reached is a warning. */
async function softly(
  call: Pick<Call, 'print'>,
  soft: boolean,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!soft || !isFailure(error) || error.exit !== EXIT.unreachable) throw error;
    call.print.warn(`not recorded: ${error.message} (${error.code})`);
    return EXIT.done;
  }
}

/** Records or decommissions what the options name, and prints the outcome. */
export async function recordFromOptions(
  call: Call<typeof options>,
  status: 'DEPLOYED' | 'DECOMMISSIONED',
): Promise<number> {
  const { flags, print, io } = call;
  if (flags['if-active'] && status === 'DEPLOYED')
    throw conflict('--if-active needs --status decommissioned');
  return softly(call, flags['soft-fail'], async () => {
    const client = await call.client();
    const input = recordInput(call, flags, status);
    try {
      const payload =
        status === 'DEPLOYED'
          ? await recordDeployment(client, input)
          : await decommissionDeployment(client, decommissionInput(input));
      const answer = { outcome: payload.outcome ?? '', record: payload.record };
      await print.one(answer, answerFields, ({ record }) => record?.id ?? '');
      if (inCi(io.env)) (await import('../ci-outputs.js')).writeGithubOutputs(io.env, answer);
      return EXIT.done;
    } catch (error) {
      if (!flags['if-active'] || !isFailure(error) || error.code !== 'RECORD_NOT_ACTIVE') throw error;
      print.note(`Nothing done: ${error.message}`);
      const answer = { outcome: 'UNCHANGED', record: null };
      await print.one(answer, answerFields, () => '');
      return EXIT.done;
    }
  });
}

export const command = defineCommand({
  about: 'Record that an artifact runs, or no longer runs',
  details: `Safe to call on every run of a pipeline: recording what already is active only refreshes when it was last seen.
The artifact is named by --digest, by --oci-ref with a digest, or by both, which then must agree. A tag is not
resolved to a digest: a reference by tag alone is refused, and there are no options for registry credentials.

--batch reads one JSON object a line with the fields of RecordDeploymentInput (environment, logicalEnvironment, name,
kind, digest, ociRef, observedAt, mode, idempotencyKey) and status; options on the command line fill in what a line
leaves out. One JSON answer a line comes back, in the order of the input. Exit code 3: some lines failed.`,
  options,
  examples: [
    'rollcall deployment record --logical-env staging --deployment-name shop/web --kind container-image --digest sha256:…',
    'rollcall deployment record --env k8s-east --deployment-name shop/web --kind container-image --digest sha256:… --status decommissioned',
    'rollcall deployment record --env k8s-east --kind container-image --batch - < running.ndjson',
  ],
  async run(call) {
    const status = statusOption(call.flags.status);
    if (call.flags.batch === undefined) return recordFromOptions(call, status);
    const { recordBatch } = await import('../record-batch.js');
    return recordBatch(call, call.flags.batch);
  },
});
