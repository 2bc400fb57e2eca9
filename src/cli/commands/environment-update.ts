import document from '../../../graphql/operations/cli/update-environment.graphql?raw';
import type { Environment } from '../api.js';
import { defineCommand } from '../command.js';
import {
  ENVIRONMENT_TYPES,
  environmentFields,
  NAME_ARGUMENT,
  NAME_OPTION,
  nameOf,
} from '../environment-options.js';
import { usage } from '../failure.js';
import { mutate } from '../mutate.js';

export const command = defineCommand({
  about: 'Change description or type',
  args: [NAME_ARGUMENT],
  options: {
    ...NAME_OPTION,
    description: { type: 'string', about: 'what it is, for people', here: true },
    type: {
      type: 'string',
      value: 'TYPE',
      choices: ENVIRONMENT_TYPES,
      about: 'what kind of infrastructure',
      here: true,
    },
  },
  examples: ['rollcall environment update k8s-east --type kubernetes'],
  async run({ args, flags, client, print }) {
    const { description, type } = flags;
    const name = nameOf(args, flags);
    if (description === undefined && type === undefined)
      throw usage('nothing to change', 'give --description or --type');
    const payload = await mutate<{ environment: Environment }>(await client(), document, {
      name,
      description,
      type,
    });
    await print.one(payload.environment, environmentFields, (environment) => environment.name);
  },
});
