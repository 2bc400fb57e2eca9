import { defineCommand } from '../command.js';
import { readContexts } from '../contexts.js';

export const command = defineCommand({
  about: 'List contexts',
  options: {},
  async run({ configDir, print }) {
    const { current, byName } = readContexts(configDir);
    const items = [...byName.values()].map(({ name, url, token }) => ({
      name,
      url,
      current: name === current,
      hasToken: token !== null,
    }));
    await print.list(
      { items, pageInfo: { hasNextPage: false, endCursor: null } },
      [
        { title: 'CURRENT', value: (context) => (context.current ? '*' : '') },
        { title: 'NAME', value: ({ name }) => name },
        { title: 'SERVER', value: ({ url }) => url },
        { title: 'TOKEN', value: ({ hasToken }) => (hasToken ? 'yes' : 'no') },
      ],
      ({ name }) => name,
    );
  },
});
