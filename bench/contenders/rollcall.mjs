import { checkRecords, TEMPLATE } from '../database/template.mjs';
import { DEPLOYMENTS } from '../keys.mjs';
import { load } from '../load/load.mjs';
import { graphqlTarget, startRollcall } from './rollcall-server.mjs';

export const RECORD_DOCUMENT = `mutation Record($input: RecordDeploymentInput!) {
  recordDeployment(input: $input) { outcome record { id } userErrors { code } }
}`;
const BULK_DOCUMENT = `mutation RecordMany($input: RecordDeploymentsInput!) {
  recordDeployments(input: $input) { results { outcome record { id } userErrors { code } } userErrors { code } }
}`;
const LIST_DOCUMENT = `query Running {
  deploymentRecords(first: 100) {
    nodes {
      id status deployedAt lastSeenAt
      deployment { name environment { name } logicalEnvironment { name } }
      artifact { digest }
    }
  }
}`;
const OPEN_RATES = [2000, 4000];
const CALLERS = 64;
const BULK_CALLERS = 16;
const BULK_SIZE = 100;

const BULK = { workload: 'bulk', document: BULK_DOCUMENT, size: BULK_SIZE, connections: BULK_CALLERS };

/** Records every Deployment once: a server that has run for a while has heard of each. */
export const warm = (base) =>
  load({ ...base, ...BULK, inTurn: true, requests: DEPLOYMENTS / BULK_SIZE, warmSeconds: 0, seconds: 60 });

/** Single records, bulk, the list and the open loops, each on the same running server; checked before it stops. */
export async function measureRollcall({ cluster, token, seconds, wants }) {
  const database = 'bench_rollcall';
  await cluster.create(database, TEMPLATE);
  const server = await startRollcall(cluster.urlOf(database));
  const base = {
    target: graphqlTarget(token),
    port: server.port,
    serverPid: server.pid,
    connections: CALLERS,
  };
  const record = { ...base, workload: 'record', document: RECORD_DOCUMENT };
  const found = {};
  let created = 0;
  const keep = (name, measured) => {
    created += measured.created;
    for (const key of ['rate', 'p50', 'p99', 'generatorCpu', 'serverCpu'])
      found[`${name}.${key}`] = measured[key];
  };
  try {
    if (wants('list'))
      keep(
        'list',
        await load({
          ...base,
          workload: 'query',
          document: LIST_DOCUMENT,
          mark: '"lastSeenAt"',
          times: 100,
          warmSeconds: 1.5,
          seconds,
        }),
      );
    await warm(base);
    if (wants('single')) keep('single', await load({ ...record, warmSeconds: 2, seconds }));
    if (wants('bulk')) keep('bulk', await load({ ...base, ...BULK, warmSeconds: 1, seconds }));
    if (wants('open'))
      for (const rate of OPEN_RATES)
        keep(`open${rate}`, await load({ ...record, rate, warmSeconds: 1, seconds }));
    await checkRecords(cluster, database, created);
  } finally {
    await server.stop();
    await cluster.drop(database);
  }
  return found;
}
