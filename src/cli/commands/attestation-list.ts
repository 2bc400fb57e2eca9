import document from '../../../graphql/operations/cli/list-attestations.graphql?raw';
import type { Attestation } from '../api.js';
import { digestOption } from '../artifact-options.js';
import { attestationColumns } from '../attestation-view.js';
import { defineCommand } from '../command.js';
import { collect, PAGING_OPTIONS, type Page } from '../paging.js';

const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);

export const command = defineCommand({
  about: 'List attestations',
  options: {
    digest: { type: 'list', value: 'DIGEST', about: 'only about this artifact', filter: true },
    verdict: {
      type: 'list',
      value: 'VERDICT',
      choices: ['VERIFIED', 'UNVERIFIED', 'INVALID', 'MISMATCH'],
      about: 'only with this verdict',
      filter: true,
    },
    'predicate-type': { type: 'list', value: 'URI', about: 'only of this predicate type', filter: true },
    ...PAGING_OPTIONS,
  },
  examples: ['rollcall attestation list --verdict unverified'],
  async run({ flags, client, print }) {
    const filter = {
      digests: some(flags.digest.map((digest) => digestOption('--digest', digest))),
      verdicts: some(flags.verdict),
      predicateTypes: some(flags['predicate-type']),
    };
    const server = await client();
    const list = await collect(flags, async (page) => {
      const data = await server.execute<{ attestations: Page<Attestation> }>(document, { filter, ...page });
      return data.attestations;
    });
    await print.list(list, attestationColumns, ({ id }) => id);
  },
});
