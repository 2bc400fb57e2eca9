import { defineCommand } from '../command.js';

export const command = defineCommand({
  about: 'Fill the server with a small organization to look at',
  details: `Pushes the attestations of examples/attestations and records a month of deployments of artifacts they speak about,
with replacements, a decommission, one that flaps and one that went silent. Running it again adds nothing.`,
  options: {},
  async run(call) {
    const { runDemo } = await import('../demo/run-demo.js');
    return runDemo(call);
  },
});
