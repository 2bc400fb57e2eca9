import document from '../../../graphql/operations/cli/create-logical-environment.graphql?raw';
import type { LogicalEnvironment } from '../api.js';
import { defineCommand } from '../command.js';
import {
  attributesOption,
  logicalEnvironmentFields,
  NAME_ARGUMENT,
  NAME_OPTION,
  nameOf,
} from '../environment-options.js';
import { mutate } from '../mutate.js';

export const command = defineCommand({
  about: 'Create a logical environment',
  details:
    'Recording into a name that does not exist creates it too, unless the organization has that switched off.',
  args: [NAME_ARGUMENT],
  options: {
    ...NAME_OPTION,
    description: { type: 'string', about: 'what it is, for people', here: true },
    attribute: { type: 'list', value: 'KEY=VALUE', about: 'an attribute', here: true },
  },
  examples: ['rollcall logical-environment create preview --attribute region=eu'],
  async run({ args, flags, client, print }) {
    const input = {
      name: nameOf(args, flags),
      description: flags.description,
      attributes: attributesOption(flags.attribute),
    };
    const payload = await mutate<{ logicalEnvironment: LogicalEnvironment }>(
      await client(),
      document,
      input,
      {
        repeatable: false,
      },
    );
    await print.one(payload.logicalEnvironment, logicalEnvironmentFields, ({ name }) => name);
  },
});
