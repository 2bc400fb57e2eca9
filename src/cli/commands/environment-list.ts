import document from '../../../graphql/operations/cli/list-environments.graphql?raw';
import type { Environment } from '../api.js';
import { defineCommand } from '../command.js';
import { environmentColumns } from '../environment-options.js';
import { collect, PAGING_OPTIONS, type Page } from '../paging.js';

export const command = defineCommand({
  about: 'List Environments',
  options: {
    archived: { type: 'boolean', about: 'also archived ones', here: true },
    ...PAGING_OPTIONS,
  },
  async run({ flags, client, print }) {
    const filter = { states: flags.archived ? ['ACTIVE', 'ARCHIVED'] : ['ACTIVE'] };
    const server = await client();
    const list = await collect(flags, async (page) => {
      const data = await server.execute<{ environments: Page<Environment> }>(document, { filter, ...page });
      return data.environments;
    });
    await print.list(list, environmentColumns, ({ name }) => name);
  },
});
