import document from '../../../graphql/operations/cli/describe-artifact.graphql?raw';
import { digestOption } from '../artifact-options.js';
import { defineCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import type { Column } from '../output.js';
import type { ShortRecord } from '../record-columns.js';

interface Artifact {
  id: string;
  digest: string;
  kind: string | null;
  name: string | null;
  version: string | null;
  evidence: string;
  createdAt: string;
  refs: { ociRef: string }[];
  platforms: { digest: string; name: string | null }[];
  indexes: { digest: string }[];
  attestations: {
    id: string;
    predicateType: string | null;
    verdict: string;
    policy: string;
    reason: string | null;
  }[];
  workflows: { name: string; source: string }[];
  projectVersions: { name: string; project: { slug: string; name: string } }[];
  records: { nodes: ShortRecord[] };
}

const lines = (texts: string[]): string | null => texts.join(', ') || null;

const fields: Column<Artifact>[] = [
  { title: 'Digest', value: ({ digest }) => digest },
  { title: 'Kind', value: ({ kind }) => kind ?? 'not told yet' },
  { title: 'Name', value: ({ name }) => name },
  { title: 'Version', value: ({ version }) => version },
  { title: 'Evidence', value: ({ evidence }) => evidence, as: 'status' },
  { title: 'References', value: ({ refs }) => lines(refs.map(({ ociRef }) => ociRef)) },
  {
    title: 'Platforms',
    value: ({ platforms }) =>
      lines(platforms.map(({ digest, name }) => (name ? `${name} ${digest}` : digest))),
  },
  { title: 'Part of', value: ({ indexes }) => lines(indexes.map(({ digest }) => digest)) },
  {
    title: 'Attestations',
    value: ({ attestations }) =>
      lines(
        attestations.map(({ id, verdict, policy, predicateType }) =>
          `${id} ${verdict} policy ${policy} ${predicateType ?? ''}`.trim(),
        ),
      ),
  },
  {
    title: 'Workflows',
    value: ({ workflows }) => lines(workflows.map(({ name, source }) => `${name} (${source})`)),
  },
  {
    title: 'Project versions',
    value: (artifact) =>
      lines(artifact.projectVersions.map(({ name, project }) => `${project.slug} ${name}`)),
  },
  {
    title: 'Running in',
    value: ({ records }) =>
      lines(
        records.nodes.map(
          (record) =>
            `${record.deployment.name} in ${record.environmentName} / ${record.logicalEnvironmentName}`,
        ),
      ),
  },
  { title: 'Created', value: ({ createdAt }) => createdAt, as: 'instant' },
  { title: 'Id', value: ({ id }) => id },
];

export const command = defineCommand({
  about: 'Show one artifact',
  args: [{ name: 'DIGEST', about: 'sha256:…, in full' }],
  options: {},
  async run({ args: [text = ''], client, print }) {
    const digest = digestOption('DIGEST', text);
    const { artifact } = await (await client()).execute<{ artifact: Artifact | null }>(document, { digest });
    if (!artifact)
      throw new CliFailure('ARTIFACT_NOT_FOUND', `no artifact ${digest}`, {
        hint: '`rollcall attestation push FILE` brings in what an attestation speaks about',
      });
    await print.one(artifact, fields, () => digest);
  },
});
