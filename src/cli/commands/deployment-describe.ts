import document from '../../../graphql/operations/cli/describe-deployment.graphql?raw';
import type { Deployment, DeploymentRecord } from '../api.js';
import { defineCommand } from '../command.js';
import { deploymentId, deploymentNotFound, TARGET_ARGUMENT, TARGET_OPTIONS } from '../deployment-target.js';
import type { Column } from '../output.js';

type Described = Deployment & { active: DeploymentRecord | null };

const fields: Column<Described>[] = [
  { title: 'Deployment', value: ({ name }) => name },
  { title: 'Kind', value: ({ kind }) => kind },
  { title: 'Environment', value: ({ environment }) => environment.name },
  { title: 'Logical environment', value: ({ logicalEnvironment }) => logicalEnvironment.name },
  { title: 'Status', value: ({ active }) => active?.status ?? 'nothing active', as: 'status' },
  { title: 'Digest', value: ({ active }) => active?.artifact.digest },
  { title: 'OCI ref', value: ({ active }) => active?.ociRef },
  { title: 'Evidence', value: ({ active }) => active?.artifact.evidence, as: 'status' },
  { title: 'Deployed', value: ({ active }) => active?.deployedAt, as: 'instant' },
  { title: 'Last seen', value: ({ active }) => active?.lastSeenAt, as: 'instant' },
  { title: 'Seen', value: ({ active }) => active?.seenCount },
  { title: 'Stale since', value: ({ active }) => active?.staleSince, as: 'instant' },
  { title: 'Reported by', value: ({ active }) => active?.reportedBy.name },
  { title: 'Record', value: ({ active }) => active?.id },
  { title: 'Id', value: ({ id }) => id },
];

export const command = defineCommand({
  about: 'Show one deployment',
  args: [TARGET_ARGUMENT],
  options: TARGET_OPTIONS,
  examples: ['rollcall deployment describe shop/web --env k8s-east --logical-env staging'],
  async run(call) {
    const id = await deploymentId(call);
    const { node } = await (await call.client()).execute<{ node: Described | null }>(document, { id });
    if (!node) throw deploymentNotFound(id);
    await call.print.one(node, fields, (deployment) => deployment.id);
  },
});
