import document from '../../../graphql/operations/cli/describe-attestation.graphql?raw';
import type { Attestation } from '../api.js';
import { attestationFields } from '../attestation-view.js';
import { defineCommand } from '../command.js';
import { CliFailure } from '../failure.js';

export const command = defineCommand({
  about: 'Show one attestation',
  args: [{ name: 'ID', about: 'id of the attestation (att_…)' }],
  options: {},
  async run({ args: [id = ''], client, print }) {
    const { attestation } = await (
      await client()
    ).execute<{ attestation: Attestation | null }>(document, { id });
    if (!attestation) throw new CliFailure('ATTESTATION_NOT_FOUND', `no attestation ${id}`);
    await print.one(attestation, attestationFields, () => id);
  },
});
