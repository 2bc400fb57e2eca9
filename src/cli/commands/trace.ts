import artifactDocument from '../../../graphql/operations/cli/trace-artifact.graphql?raw';
import resolveDocument from '../../../graphql/operations/cli/resolve-trace.graphql?raw';
import type { Named } from '../api.js';
import { digestOption } from '../artifact-options.js';
import type { Client } from '../client.js';
import { defineCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import type { ShortRecord } from '../record-columns.js';
import { traceText, type TracedArtifact } from '../trace-text.js';

type Resolved =
  | {
      id: string;
      name: string;
      environment: Named;
      logicalEnvironment: Named;
      active: { artifact: Named & { digest: string } } | null;
    }
  | ShortRecord;

interface Start {
  digest: string;
  /** The record that was asked for; null = a digest or a deployment was. */
  record: ShortRecord | null;
}

async function startOf(client: Client, what: string): Promise<Start> {
  if (!/^(dep|rec)_/.test(what)) return { digest: digestOption('what to trace', what), record: null };
  const { node } = await client.execute<{ node: Resolved | null }>(resolveDocument, { id: what });
  if (!node || !('id' in node))
    throw new CliFailure(
      what.startsWith('dep_') ? 'DEPLOYMENT_NOT_FOUND' : 'RECORD_NOT_FOUND',
      `nothing is known as ${what}`,
    );
  if (!('active' in node)) return { digest: node.artifact.digest, record: node };
  if (!node.active)
    throw new CliFailure('ACTIVE_DEPLOYMENT_NOT_FOUND', `nothing is active in ${node.name}`, {
      hint: `\`rollcall deployment history ${what}\` shows what was; trace one of its records`,
    });
  return { digest: node.active.artifact.digest, record: null };
}

export const command = defineCommand({
  about: 'From what runs back to the commit it was built from',
  details: `Shows the chain: where the artifact runs, the artifact, its attestations with verdict and policy, the build run each
one speaks of, and the commit. What is claimed and not proven says so.`,
  args: [{ name: 'WHAT', about: 'a digest, or the id of a deployment (dep_…) or record (rec_…)' }],
  options: {},
  examples: ['rollcall trace sha256:…'],
  async run({ args: [what = ''], client, print, io }) {
    const server = await client();
    const { digest, record } = await startOf(server, what);
    const { artifact } = await server.execute<{ artifact: TracedArtifact | null }>(artifactDocument, {
      digest,
    });
    if (!artifact)
      throw new CliFailure('ARTIFACT_NOT_FOUND', `no artifact ${digest}`, {
        hint: '`rollcall attestation push FILE` brings in what an attestation speaks about',
      });
    if (print.format === 'name') io.out(`${digest}\n`);
    else if (!(await print.data({ record, artifact }))) io.out(traceText(artifact, record, print));
  },
});
