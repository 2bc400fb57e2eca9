import document from '../../../graphql/operations/cli/show-organization.graphql?raw';
import type { Organization } from '../api.js';
import { defineCommand } from '../command.js';
import { organizationFields } from '../organization-fields.js';

export const command = defineCommand({
  about: 'Show the organization and its settings',
  options: {},
  async run({ client, print }) {
    const { viewer } = await (await client()).execute<{ viewer: { organization: Organization } }>(document);
    await print.one(viewer.organization, organizationFields, ({ slug }) => slug);
  },
});
