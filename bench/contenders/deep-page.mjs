import { keyAtDepth, makeHistory } from '../database/history.mjs';
import { load } from '../load/load.mjs';
import { graphqlTarget, startRollcall } from './rollcall-server.mjs';

const DOCUMENT = `query History($after: String!) {
  deploymentRecords(first: 50, after: $after, filter: { statuses: [DEPLOYED, SUPERSEDED, DECOMMISSIONED] }) {
    nodes { id status deployedAt lastSeenAt deployment { name environment { name } } artifact { digest } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const CALLERS = 16;

/** A page of 50 at 90 % depth of the whole history, on a small and on a large table, alternated; one caller, then 16. */
export async function measureDeepPage({ cluster, token, seconds, rounds, historySizes }, keep) {
  const sides = [];
  try {
    for (const [name, records] of Object.entries(historySizes)) {
      const database = `bench_${name.toLowerCase()}`;
      console.log(`  making a history of ${records.toLocaleString('en')} records …`);
      await makeHistory(cluster, database, records);
      const after = Buffer.from(JSON.stringify(await keyAtDepth(cluster, database, records))).toString(
        'base64url',
      );
      sides.push({ name, database, after, server: await startRollcall(cluster.urlOf(database)) });
    }
    for (let round = 0; round < rounds; round++)
      for (const connections of [1, CALLERS])
        for (const { name, after, server } of round % 2 ? [...sides].reverse() : sides) {
          const measured = await load({
            workload: 'query',
            target: graphqlTarget(token),
            document: DOCUMENT,
            variables: { after },
            mark: '"lastSeenAt"',
            times: 50,
            port: server.port,
            serverPid: server.pid,
            connections,
            warmSeconds: 1,
            seconds: Math.min(seconds, 3),
          });
          keep(connections === 1 ? { [`${name}.p50`]: measured.p50 } : { [`${name}.rate`]: measured.rate });
        }
  } finally {
    for (const { database, server } of sides) {
      await server.stop();
      await cluster.drop(database);
    }
  }
}
