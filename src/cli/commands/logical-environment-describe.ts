import document from '../../../graphql/operations/cli/describe-logical-environment.graphql?raw';
import type { LogicalEnvironment } from '../api.js';
import { defineCommand } from '../command.js';
import { logicalEnvironmentFields, NAME_ARGUMENT, NAME_OPTION, nameOf } from '../environment-options.js';
import { CliFailure } from '../failure.js';

export const command = defineCommand({
  about: 'Show one logical environment',
  args: [NAME_ARGUMENT],
  options: NAME_OPTION,
  async run({ args, flags, client, print }) {
    const name = nameOf(args, flags);
    const server = await client();
    const data = await server.execute<{ logicalEnvironment: LogicalEnvironment | null }>(document, { name });
    if (!data.logicalEnvironment)
      throw new CliFailure('LOGICAL_ENVIRONMENT_NOT_FOUND', `no logical environment ${name}`, {
        hint: '`rollcall logical-environment list` shows those there are',
      });
    await print.one(data.logicalEnvironment, logicalEnvironmentFields, () => name);
  },
});
