import document from '../../../graphql/operations/cli/list-deployment-records.graphql?raw';
import type { DeploymentRecord } from '../api.js';
import { digestOption, kindOption } from '../artifact-options.js';
import { defineCommand } from '../command.js';
import { instantOption } from '../duration.js';
import { conflict } from '../failure.js';
import { collect, PAGING_OPTIONS, type Page } from '../paging.js';
import { recordColumns } from '../record-columns.js';

const STATUSES = ['deployed', 'superseded', 'decommissioned'] as const;

const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);

export const command = defineCommand({
  about: 'List what runs where',
  details: `Shows what is active. --history adds what was superseded or decommissioned, newest first. What is not filtered is
shown: neither the Environment nor the logical environment has a default here.`,
  options: {
    env: { type: 'list', short: 'e', value: 'NAME', about: 'only this Environment', filter: true },
    'logical-env': { type: 'list', value: 'NAME', about: 'only this logical environment', filter: true },
    'deployment-name': { type: 'list', value: 'NAME', about: 'only deployments of this name', filter: true },
    kind: { type: 'list', value: 'KIND', about: 'only this kind', filter: true },
    digest: { type: 'list', value: 'DIGEST', about: 'only this artifact', filter: true },
    status: { type: 'list', value: 'STATUS', choices: STATUSES, about: 'only this status', filter: true },
    history: { type: 'boolean', about: 'also superseded and decommissioned ones', here: true },
    stale: { type: 'boolean', about: 'only what was not seen for long', here: true },
    at: {
      type: 'string',
      value: 'TIME',
      about: 'what was active then: RFC 3339, or 2h for two hours ago',
      here: true,
    },
    ...PAGING_OPTIONS,
  },
  examples: [
    'rollcall deployment list --logical-env production',
    'rollcall deployment list --env k8s-east --logical-env production --history',
    'rollcall deployment list --at 2026-11-21T09:00:00Z -o json',
  ],
  async run({ flags, io, print, client }) {
    const { history } = flags;
    if (history && flags.status.length > 0) throw conflict('--history and --status exclude each other');
    const at = instantOption('at', flags.at, io.now());
    if (at !== undefined && (history || flags.status.length > 0))
      throw conflict(
        `--at and --${history ? 'history' : 'status'} exclude each other`,
        '--at shows what was active then',
      );
    const statuses = history ? [...STATUSES] : flags.status;
    const filter = {
      environments: some(flags.env),
      logicalEnvironments: some(flags['logical-env']),
      names: some(flags['deployment-name']),
      kinds: some(flags.kind.map(kindOption)),
      digests: some(flags.digest.map((digest) => digestOption('--digest', digest))),
      statuses: some(statuses.map((status) => status.toUpperCase())),
      stale: flags.stale || undefined,
    };
    const orderBy = statuses.length > 0 ? { field: 'DEPLOYED_AT', direction: 'DESC' } : undefined;
    const server = await client();
    const list = await collect(flags, async (page) => {
      const data = await server.execute<{ deploymentRecords: Page<DeploymentRecord> }>(document, {
        filter,
        at,
        orderBy,
        ...page,
      });
      return data.deploymentRecords;
    });
    await print.list(list, recordColumns(statuses.length > 0, flags.stale), (record) => record.id);
  },
});
