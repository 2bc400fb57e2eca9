import { writeFileSync } from 'node:fs';
import { defineCommand } from '../command.js';
import { CliFailure, usage } from '../failure.js';

interface RestError {
  error?: { code?: string; message?: string; hint?: string };
  code?: string;
  message?: string;
}

export const command = defineCommand({
  about: 'Write the original bytes of an attestation',
  args: [{ name: 'ID', about: 'id of the attestation (att_…)' }],
  options: {
    file: { type: 'string', value: 'PATH', about: 'write to this file instead of stdout', here: true },
  },
  examples: ['rollcall attestation download att_… --file app.sigstore.json'],
  async run({ args: [id = ''], flags, client, io, print }) {
    if (!/^att_[0-9A-Za-z]+$/.test(id))
      throw usage(`not the id of an attestation: ${id}`, 'it looks like att_…');
    // The bytes are somebody else's and go out unchanged, so never to a terminal.
    if (flags.file === undefined && io.outIsTerminal)
      throw usage('stdout is a terminal', 'add --file PATH, or redirect');
    const { status, body } = await (await client()).get(`/attestations/${id}/download`);
    if (status !== 200) throw refusal(id, status, body.toString('utf8'));
    if (flags.file === undefined) io.outBytes(body);
    else {
      writeFileSync(flags.file, body);
      print.note(`${body.length} bytes written to ${flags.file}`);
    }
  },
});

function refusal(id: string, status: number, text: string): CliFailure {
  let content: RestError = {};
  try {
    content = JSON.parse(text) as RestError;
  } catch {
    content = {}; // A proxy's answer: the status says enough.
  }
  const told = content.error ?? content;
  const byStatus: Record<number, string> = {
    401: 'UNAUTHENTICATED',
    403: 'FORBIDDEN',
    404: 'ATTESTATION_NOT_FOUND',
    503: 'UNAVAILABLE',
  };
  const code = byStatus[status] ?? 'INTERNAL';
  return new CliFailure(
    told.code ?? code,
    told.message ?? `attestation ${id} cannot be downloaded (${status})`,
  );
}
