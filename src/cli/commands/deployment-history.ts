import document from '../../../graphql/operations/cli/deployment-history.graphql?raw';
import type { DeploymentRecord } from '../api.js';
import { defineCommand } from '../command.js';
import { deploymentId, deploymentNotFound, TARGET_ARGUMENT, TARGET_OPTIONS } from '../deployment-target.js';
import { collect, PAGING_OPTIONS, type Page } from '../paging.js';
import { recordColumns } from '../record-columns.js';

export const command = defineCommand({
  about: 'Show what a deployment ran, newest first',
  args: [TARGET_ARGUMENT],
  options: { ...TARGET_OPTIONS, ...PAGING_OPTIONS },
  examples: ['rollcall deployment history shop/web --env k8s-east'],
  async run(call) {
    const id = await deploymentId(call);
    const client = await call.client();
    const list = await collect(call.flags, async (page) => {
      const { node } = await client.execute<{ node: { records: Page<DeploymentRecord> } | null }>(document, {
        id,
        ...page,
      });
      if (!node) throw deploymentNotFound(id);
      return node.records;
    });
    await call.print.list(list, recordColumns(true), (record) => record.id);
  },
});
