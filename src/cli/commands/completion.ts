import { defineCommand } from '../command.js';
import { usage } from '../failure.js';

export const command = defineCommand({
  about: 'Print completion for bash, zsh or fish',
  args: [{ name: 'SHELL', about: 'bash, zsh or fish' }],
  options: {},
  examples: ['source <(rollcall completion bash)', 'rollcall completion fish | source'],
  async run({ args: [shell = ''], io }) {
    const { bashCompletion, fishCompletion, loadAll, zshCompletion } = await import('../completion.js');
    const render = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell];
    if (!render) throw usage(`not one of bash, zsh, fish: ${shell}`);
    io.out(render(await loadAll()));
  },
});
