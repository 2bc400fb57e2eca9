import { defineCommand } from '../command.js';

export const command = defineCommand({
  about: 'Show which server and token are used',
  options: {},
  async run({ client, print }) {
    const { url, urlFrom, tokenFrom } = (await client()).connection;
    await print.one(
      { url, urlFrom, tokenFrom },
      [
        { title: 'Server', value: (connection) => connection.url },
        { title: 'Server from', value: (connection) => connection.urlFrom },
        { title: 'Token from', value: (connection) => connection.tokenFrom ?? 'nowhere' },
      ],
      (connection) => connection.url,
    );
  },
});
