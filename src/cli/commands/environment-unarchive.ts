import document from '../../../graphql/operations/cli/unarchive-environment.graphql?raw';
import type { Environment } from '../api.js';
import { defineCommand } from '../command.js';
import { environmentFields, NAME_ARGUMENT, NAME_OPTION, nameOf } from '../environment-options.js';
import { mutate } from '../mutate.js';

export const command = defineCommand({
  about: 'Take an Environment into use again',
  args: [NAME_ARGUMENT],
  options: NAME_OPTION,
  examples: ['rollcall environment unarchive k8s-east'],
  async run({ args, flags, client, print }) {
    const input = { name: nameOf(args, flags) };
    const payload = await mutate<{ environment: Environment }>(await client(), document, input);
    await print.one(payload.environment, environmentFields, ({ name }) => name);
  },
});
