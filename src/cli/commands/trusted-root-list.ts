import document from '../../../graphql/operations/cli/list-trusted-roots.graphql?raw';
import type { TrustedRoot } from '../api.js';
import { defineCommand } from '../command.js';
import type { Column } from '../output.js';

export const trustedRootColumns: Column<TrustedRoot>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'BUILT IN', value: ({ builtIn }) => (builtIn ? 'yes' : 'no') },
  { title: 'TLOG', value: ({ tlogThreshold }) => tlogThreshold },
  { title: 'CTLOG', value: ({ ctlogThreshold }) => ctlogThreshold },
  { title: 'TIMESTAMP', value: ({ timestampThreshold }) => timestampThreshold },
  { title: 'CREATED', value: ({ createdAt }) => createdAt, as: 'instant' },
  { title: 'ID', value: ({ id }) => id, as: 'id', wide: true },
];

export const command = defineCommand({
  about: 'List trusted roots',
  options: {},
  async run({ client, print }) {
    const { trustedRoots } = await (await client()).execute<{ trustedRoots: TrustedRoot[] }>(document);
    const list = { items: trustedRoots, pageInfo: { hasNextPage: false, endCursor: null } };
    await print.list(list, trustedRootColumns, ({ name }) => name);
  },
});
