import document from '../../../graphql/operations/cli/describe-environment.graphql?raw';
import type { Environment } from '../api.js';
import { defineCommand } from '../command.js';
import { environmentFields, NAME_ARGUMENT, NAME_OPTION, nameOf } from '../environment-options.js';
import { CliFailure } from '../failure.js';

export const command = defineCommand({
  about: 'Show one Environment',
  args: [NAME_ARGUMENT],
  options: NAME_OPTION,
  async run({ args, flags, client, print }) {
    const name = nameOf(args, flags);
    const { environment } = await (
      await client()
    ).execute<{ environment: Environment | null }>(document, { name });
    if (!environment)
      throw new CliFailure('ENVIRONMENT_NOT_FOUND', `no Environment ${name}`, {
        hint: '`rollcall environment list --archived` shows those there are',
      });
    await print.one(environment, environmentFields, () => name);
  },
});
