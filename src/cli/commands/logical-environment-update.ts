import document from '../../../graphql/operations/cli/update-logical-environment.graphql?raw';
import type { LogicalEnvironment } from '../api.js';
import { defineCommand } from '../command.js';
import {
  attributesOption,
  logicalEnvironmentFields,
  NAME_ARGUMENT,
  NAME_OPTION,
  nameOf,
} from '../environment-options.js';
import { usage } from '../failure.js';
import { mutate } from '../mutate.js';

export const command = defineCommand({
  about: 'Change description or attributes',
  args: [NAME_ARGUMENT],
  options: {
    ...NAME_OPTION,
    description: { type: 'string', about: 'what it is, for people', here: true },
    attribute: { type: 'list', value: 'KEY=VALUE', about: 'the attributes from now on', here: true },
  },
  examples: ['rollcall logical-environment update staging --description "Before production"'],
  async run({ args, flags, client, print }) {
    const { description } = flags;
    const name = nameOf(args, flags);
    const attributes = attributesOption(flags.attribute);
    if (description === undefined && attributes === undefined)
      throw usage('nothing to change', 'give --description or --attribute');
    const payload = await mutate<{ logicalEnvironment: LogicalEnvironment }>(await client(), document, {
      name,
      description,
      attributes,
    });
    await print.one(payload.logicalEnvironment, logicalEnvironmentFields, (stage) => stage.name);
  },
});
