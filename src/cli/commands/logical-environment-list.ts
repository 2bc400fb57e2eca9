import document from '../../../graphql/operations/cli/list-logical-environments.graphql?raw';
import type { LogicalEnvironment } from '../api.js';
import { defineCommand } from '../command.js';
import { logicalEnvironmentColumns } from '../environment-options.js';
import { collect, PAGING_OPTIONS, type Page } from '../paging.js';

export const command = defineCommand({
  about: 'List logical environments',
  options: PAGING_OPTIONS,
  async run({ flags, client, print }) {
    const server = await client();
    const list = await collect(flags, async (page) => {
      const data = await server.execute<{ logicalEnvironments: Page<LogicalEnvironment> }>(document, page);
      return data.logicalEnvironments;
    });
    await print.list(list, logicalEnvironmentColumns, ({ name }) => name);
  },
});
