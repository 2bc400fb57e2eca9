import document from '../../../graphql/operations/cli/create-token.graphql?raw';
import type { ApiToken } from '../api.js';
import { defineCommand } from '../command.js';
import { parseDuration } from '../duration.js';
import { NAME_ARGUMENT, NAME_OPTION, nameOf } from '../environment-options.js';
import { usage } from '../failure.js';
import { mutate } from '../mutate.js';
import { parseInstant } from '../../platform/instant.js';

/** `30d`, or an instant → RFC 3339; undefined = never. */
function expiry(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const span = parseDuration(text);
  const instant = span === null ? parseInstant(text) : new Date(now + span).toISOString();
  if (instant === null)
    throw usage(`--expires is neither a time nor an instant: ${text}`, 'write 30d, or 2027-01-01T00:00:00Z');
  return instant;
}

export const command = defineCommand({
  about: 'Create a token; the secret is shown once',
  details: 'The secret is written to stdout; with -o name it is all that is written.',
  args: [NAME_ARGUMENT],
  options: {
    ...NAME_OPTION,
    permission: {
      type: 'list',
      value: 'KEY',
      about: 'what it may do; all that your own token may, if none is given',
      here: true,
    },
    expires: { type: 'string', value: 'TIME', about: 'when it ends: 30d, or an instant; never', here: true },
  },
  examples: ['rollcall token create ci --permission record.write --permission artifact.write --expires 90d'],
  async run({ args, flags, client, print, io }) {
    const input = {
      name: nameOf(args, flags),
      permissions: flags.permission.length > 0 ? flags.permission : undefined,
      expiresAt: expiry(flags.expires, io.now()),
    };
    const { apiToken, secret } = await mutate<{ apiToken: ApiToken; secret: string }>(
      await client(),
      document,
      input,
      {
        repeatable: false,
      },
    );
    await print.one(
      { apiToken, secret },
      [
        { title: 'Name', value: () => apiToken.name },
        { title: 'Permissions', value: () => apiToken.permissions.join(' ') },
        { title: 'Expires', value: () => apiToken.expiresAt, as: 'instant' },
        { title: 'Id', value: () => apiToken.id },
        { title: 'Secret', value: () => secret },
      ],
      () => secret,
    );
    print.note('The secret is not shown again.');
  },
});
