import document from '../../../graphql/operations/cli/archive-environment.graphql?raw';
import type { Environment } from '../api.js';
import { defineCommand } from '../command.js';
import { environmentFields, NAME_ARGUMENT, NAME_OPTION, nameOf } from '../environment-options.js';
import { mutate } from '../mutate.js';

export const command = defineCommand({
  about: 'Archive an Environment',
  details:
    'Its history stays. While something is active in it the call is refused, unless --detach-records is given.',
  args: [NAME_ARGUMENT],
  options: {
    ...NAME_OPTION,
    'detach-records': { type: 'boolean', about: 'decommission what is active in it', here: true },
  },
  examples: ['rollcall environment archive k8s-east --detach-records'],
  async run({ args, flags, client, print }) {
    const input = { name: nameOf(args, flags), detachRecords: flags['detach-records'] };
    const payload = await mutate<{ environment: Environment }>(await client(), document, input);
    await print.one(payload.environment, environmentFields, ({ name }) => name);
  },
});
