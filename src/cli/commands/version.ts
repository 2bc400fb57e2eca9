import { defineCommand } from '../command.js';
import { version } from '../version.js';

export const command = defineCommand({
  about: 'Print versions',
  options: {},
  async run({ print }) {
    await print.one(
      { rollcall: version, node: process.version },
      [
        { title: 'rollcall', value: ({ rollcall }) => rollcall },
        { title: 'node', value: ({ node }) => node },
      ],
      ({ rollcall }) => rollcall,
    );
  },
});
