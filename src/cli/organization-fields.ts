import type { Organization } from './api.js';
import type { Column } from './output.js';

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

export const organizationFields: Column<Organization>[] = [
  { title: 'Organization', value: ({ name }) => name },
  { title: 'Slug', value: ({ slug }) => slug },
  { title: 'Attestation required', value: ({ requireAttestation }) => yesNo(requireAttestation) },
  { title: 'It must', value: ({ attestationRequirement }) => attestationRequirement },
  {
    title: 'Records create logical environments',
    value: ({ createLogicalEnvironments }) => yesNo(createLogicalEnvironments),
  },
  { title: 'Records create Environments', value: ({ createEnvironments }) => yesNo(createEnvironments) },
  { title: 'Id', value: ({ id }) => id },
];
