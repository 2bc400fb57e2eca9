import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkRecords, TEMPLATE } from '../database/template.mjs';
import { load } from '../load/load.mjs';
import { startServer } from './child-server.mjs';
import { RECORD_DOCUMENT } from './rollcall.mjs';
import { graphqlTarget } from './rollcall-server.mjs';

const SERVER = new URL('../typeorm/server.mjs', import.meta.url).pathname;
const IN_PROCESS = new URL('../typeorm/in-process.mjs', import.meta.url).pathname;

/** The TypeORM implementation behind Rollcall's own HTTP and GraphQL, then without them. */
export async function measureTypeorm({ cluster, token, ids, seconds }) {
  const found = {};
  const database = 'bench_typeorm';
  await cluster.create(database, TEMPLATE);
  const server = await startServer([SERVER, cluster.urlOf(database)], { NODE_ENV: 'production' });
  try {
    const measured = await load({
      workload: 'record',
      document: RECORD_DOCUMENT,
      target: graphqlTarget(token),
      port: server.port,
      serverPid: server.pid,
      connections: 64,
      warmSeconds: 2,
      seconds,
    });
    await checkRecords(cluster, database, measured.created);
    for (const key of ['rate', 'p50', 'p99', 'serverCpu']) found[`typeorm.${key}`] = measured[key];
  } finally {
    await server.stop();
  }
  await cluster.create(database, TEMPLATE);
  const args = [IN_PROCESS, cluster.urlOf(database), ids.organizationId, ids.reporterId, String(seconds)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const raw = JSON.parse(stdout);
  await checkRecords(cluster, database, raw.created);
  for (const key of ['rate', 'p50', 'p99']) found[`typeormRaw.${key}`] = raw[key];
  await cluster.drop(database);
  return found;
}
