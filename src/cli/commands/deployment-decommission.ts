import { defineCommand } from '../command.js';
import { usage } from '../failure.js';
import { RECORD_OPTIONS } from '../record-options.js';
import { recordFromOptions, STATE_OPTIONS } from './deployment-record.js';

export const command = defineCommand({
  about: 'Record that an artifact no longer runs',
  details: `The digest says which one is meant, so that nothing else is removed by accident: when another artifact is active,
the call is refused (RECORD_NOT_ACTIVE). Doing it twice is safe.`,
  args: [{ name: 'NAME', about: 'name of the deployment; or --deployment-name', optional: true }],
  options: { ...RECORD_OPTIONS, ...STATE_OPTIONS },
  examples: [
    'rollcall deployment decommission shop/web --kind container-image --env k8s-east --digest sha256:…',
  ],
  async run(call) {
    const [name] = call.args;
    const { flags } = call;
    if (name !== undefined && flags['deployment-name'] !== undefined && name !== flags['deployment-name'])
      throw usage(`two names are given: ${name} and ${flags['deployment-name']}`);
    const all = {
      ...flags,
      'deployment-name': name ?? flags['deployment-name'],
      status: undefined,
      mode: undefined,
      batch: undefined,
    };
    return recordFromOptions({ ...call, flags: all }, 'DECOMMISSIONED');
  },
});
