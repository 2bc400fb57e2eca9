import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { checkRecords, TEMPLATE } from '../database/template.mjs';
import { load } from '../load/load.mjs';
import { startServer } from './child-server.mjs';

const FOLDER = new URL('..', import.meta.url).pathname;
const SERVER = new URL('../postgraphile/server.mjs', import.meta.url).pathname;
const TARGET = { path: '/graphql', headers: {} };
const RECORD_DOCUMENT = `mutation Record($input: BenchRecordInput!) {
  benchRecord(input: $input) { result { outcome recordId } }
}`;
const LIST_DOCUMENT = `query Running($organizationId: String!) {
  allDeploymentRecords(
    first: 100
    condition: { organizationId: $organizationId, status: "DEPLOYED" }
    orderBy: [DEPLOYED_AT_DESC, ROW_ID_DESC]
  ) {
    nodes {
      rowId status deployedAt lastSeenAt
      deploymentByOrganizationIdAndDeploymentId {
        name
        environmentByOrganizationIdAndEnvironmentId { name }
        logicalEnvironmentByOrganizationIdAndLogicalEnvironmentId { name }
      }
      artifactByOrganizationIdAndArtifactIdAndKind { digest }
    }
  }
}`;

/** Installs PostGraphile into bench/node_modules when it is missing; false when that fails. */
export function hasPostgraphile() {
  if (existsSync(`${FOLDER}node_modules/postgraphile/package.json`)) return true;
  console.log('installing PostGraphile into bench/node_modules …');
  try {
    execFileSync(
      'npm',
      ['install', '--prefix', FOLDER, '--no-package-lock', '--no-audit', '--no-fund', '--silent'],
      { stdio: 'inherit' },
    );
    return true;
  } catch (error) {
    console.warn(`PostGraphile could not be installed (${error.message}): its ratios are left out`);
    return false;
  }
}

/** Single records and the list, on a server without authentication. */
export async function measurePostgraphile({ cluster, ids, seconds }) {
  const database = 'bench_postgraphile';
  await cluster.create(database, TEMPLATE);
  const env = { NODE_ENV: 'production', GRAPHILE_ENV: 'production' };
  const server = await startServer([SERVER, cluster.urlOf(database)], env);
  const base = { target: TARGET, port: server.port, serverPid: server.pid, connections: 64 };
  const found = {};
  const keep = (name, measured) => {
    for (const key of ['rate', 'p50', 'p99', 'serverCpu']) found[`${name}.${key}`] = measured[key];
  };
  try {
    keep(
      'postgraphileList',
      await load({
        ...base,
        workload: 'query',
        document: LIST_DOCUMENT,
        variables: { organizationId: ids.organizationId },
        mark: '"lastSeenAt"',
        times: 100,
        warmSeconds: 1.5,
        seconds,
      }),
    );
    const measured = await load({
      ...base,
      workload: 'record',
      document: RECORD_DOCUMENT,
      extra: ids,
      warmSeconds: 2,
      seconds,
    });
    keep('postgraphile', measured);
    await checkRecords(cluster, database, measured.created);
  } finally {
    await server.stop();
    await cluster.drop(database);
  }
  return found;
}
