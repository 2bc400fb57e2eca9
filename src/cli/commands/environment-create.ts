import document from '../../../graphql/operations/cli/create-environment.graphql?raw';
import type { Environment } from '../api.js';
import { defineCommand } from '../command.js';
import {
  ENVIRONMENT_TYPES,
  environmentFields,
  NAME_ARGUMENT,
  NAME_OPTION,
  nameOf,
} from '../environment-options.js';
import { mutate } from '../mutate.js';

export const command = defineCommand({
  about: 'Create an Environment',
  args: [NAME_ARGUMENT],
  options: {
    ...NAME_OPTION,
    description: { type: 'string', about: 'what it is, for people', here: true },
    type: {
      type: 'string',
      value: 'TYPE',
      choices: ENVIRONMENT_TYPES,
      about: 'what kind of infrastructure, CUSTOM',
      here: true,
    },
  },
  examples: ['rollcall environment create --name k8s-east --description "Kubernetes US-East"'],
  async run({ args, flags, client, print }) {
    const input = { name: nameOf(args, flags), description: flags.description, type: flags.type };
    const payload = await mutate<{ environment: Environment }>(await client(), document, input, {
      repeatable: false,
    });
    await print.one(payload.environment, environmentFields, ({ name }) => name);
  },
});
