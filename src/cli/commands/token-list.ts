import document from '../../../graphql/operations/cli/list-tokens.graphql?raw';
import type { ApiToken } from '../api.js';
import { defineCommand } from '../command.js';
import type { Column } from '../output.js';
import { collect, PAGING_OPTIONS, type Page } from '../paging.js';

export const tokenColumns: Column<ApiToken>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'PREFIX', value: ({ prefix }) => prefix },
  { title: 'CREATED', value: ({ createdAt }) => createdAt, as: 'instant' },
  { title: 'LAST USED', value: ({ lastUsedAt }) => lastUsedAt, as: 'instant' },
  { title: 'EXPIRES', value: ({ expiresAt }) => expiresAt, as: 'instant' },
  { title: 'REVOKED', value: ({ revokedAt }) => revokedAt, as: 'instant' },
  { title: 'ID', value: ({ id }) => id, as: 'id' },
  { title: 'PERMISSIONS', value: ({ permissions }) => permissions.join(' '), wide: true },
];

export const command = defineCommand({
  about: 'List tokens',
  options: PAGING_OPTIONS,
  async run({ flags, client, print }) {
    const server = await client();
    const list = await collect(flags, async (page) => {
      const data = await server.execute<{ apiTokens: Page<ApiToken> }>(document, page);
      return data.apiTokens;
    });
    await print.list(list, tokenColumns, ({ id }) => id);
  },
});
