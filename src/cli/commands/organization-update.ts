import document from '../../../graphql/operations/cli/update-organization.graphql?raw';
import type { Organization } from '../api.js';
import { enumValue } from '../artifact-options.js';
import { defineCommand } from '../command.js';
import { usage } from '../failure.js';
import { mutate } from '../mutate.js';
import { organizationFields } from '../organization-fields.js';

const SWITCH = ['true', 'false'] as const;

const truth = (text: string | undefined): boolean | undefined =>
  text === undefined ? undefined : text === 'true';

export const command = defineCommand({
  about: 'Change settings',
  options: {
    'require-attestation': {
      type: 'string',
      value: 'BOOL',
      choices: SWITCH,
      about: 'refuse records of artifacts without attestation',
      here: true,
    },
    'attestation-requirement': {
      type: 'string',
      value: 'LEVEL',
      about: 'what the attestation must be, for example EXISTS or VERIFIED',
      here: true,
    },
    'create-logical-environments': {
      type: 'string',
      value: 'BOOL',
      choices: SWITCH,
      about: 'records create logical environments',
      here: true,
    },
    'create-environments': {
      type: 'string',
      value: 'BOOL',
      choices: SWITCH,
      about: 'records create Environments',
      here: true,
    },
  },
  examples: ['rollcall organization update --require-attestation false'],
  async run({ flags, client, print }) {
    const requirement = flags['attestation-requirement'];
    const input = {
      requireAttestation: truth(flags['require-attestation']),
      attestationRequirement: requirement === undefined ? undefined : enumValue(requirement),
      createLogicalEnvironments: truth(flags['create-logical-environments']),
      createEnvironments: truth(flags['create-environments']),
    };
    if (Object.values(input).every((value) => value === undefined)) throw usage('nothing to change');
    const { organization } = await mutate<{ organization: Organization }>(await client(), document, input);
    await print.one(organization, organizationFields, ({ slug }) => slug);
  },
});
