import document from '../../../graphql/operations/cli/revoke-token.graphql?raw';
import type { ApiToken } from '../api.js';
import { defineCommand } from '../command.js';
import { mutate } from '../mutate.js';

export const command = defineCommand({
  about: 'Revoke a token',
  args: [{ name: 'ID', about: 'id of the token (tok_…)' }],
  options: {},
  async run({ args: [id], client, print }) {
    const { apiToken } = await mutate<{ apiToken: ApiToken }>(await client(), document, { id });
    await print.one(
      apiToken,
      [
        { title: 'Name', value: ({ name }) => name },
        { title: 'Id', value: (token) => token.id },
        { title: 'Revoked', value: ({ revokedAt }) => revokedAt, as: 'instant' },
      ],
      (token) => token.id,
    );
  },
});
