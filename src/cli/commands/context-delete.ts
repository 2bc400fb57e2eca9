import { defineCommand } from '../command.js';
import { deleteContext } from '../contexts.js';
import { CliFailure } from '../failure.js';

export const command = defineCommand({
  about: 'Forget a context',
  details: 'The token stays valid on the server: `rollcall token revoke` ends it.',
  args: [{ name: 'NAME', about: 'name of the context' }],
  options: {},
  async run({ args: [name = ''], configDir, print }) {
    if (!deleteContext(configDir, name))
      throw new CliFailure('CONTEXT_NOT_FOUND', `no context ${name}`, {
        hint: '`rollcall context list` shows those there are',
      });
    print.note(`Context ${name} is forgotten`);
  },
});
