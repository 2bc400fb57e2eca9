import { defineCommand } from '../command.js';
import { useContext } from '../contexts.js';
import { CliFailure } from '../failure.js';

export const command = defineCommand({
  about: 'Make a context the current one',
  args: [{ name: 'NAME', about: 'name of the context' }],
  options: {},
  async run({ args: [name = ''], configDir, print }) {
    if (!useContext(configDir, name))
      throw new CliFailure('CONTEXT_NOT_FOUND', `no context ${name}`, {
        hint: '`rollcall context list` shows those there are',
      });
    print.note(`Current context: ${name}`);
  },
});
