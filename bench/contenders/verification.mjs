import { checkRecords, TEMPLATE } from '../database/template.mjs';
import { load } from '../load/load.mjs';
import { RECORD_DOCUMENT, warm } from './rollcall.mjs';
import { graphqlTarget, startRollcall } from './rollcall-server.mjs';

const fileOf = (name) => new URL(`../../examples/attestations/${name}`, import.meta.url).pathname;
/** Signed with short-lived certificates, logged, and verified against the trusted roots that Rollcall ships. */
const FILES = ['npm-sigstore-2.1.0.provenance.json', 'python-wheel.sigstore.json'].map(fileOf);
const BUNDLES = 200;
const PUSHERS = 4;
const RECORD_RATE = 1000;

/** Pushes alone, records alone at a moderate rate, then both at once: what a push load does to recording. */
export async function measureVerification({ cluster, token, seconds }) {
  const database = 'bench_verification';
  await cluster.create(database, TEMPLATE);
  const server = await startRollcall(cluster.urlOf(database));
  const base = { port: server.port, serverPid: server.pid };
  const { headers } = graphqlTarget(token);
  const target = {
    path: '/attestations?name=bundle.json',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
  };
  const push = (first) =>
    load({
      ...base,
      workload: 'push',
      target,
      files: FILES,
      first,
      connections: PUSHERS,
      requests: BUNDLES,
      warmSeconds: 0,
      seconds: 60,
    });
  const record = (time) =>
    load({
      ...base,
      workload: 'record',
      target: graphqlTarget(token),
      document: RECORD_DOCUMENT,
      connections: 64,
      rate: RECORD_RATE,
      warmSeconds: 0.5,
      seconds: time,
    });
  let created = 0;
  const counted = async (measuring) => {
    const measured = await measuring;
    created += measured.created;
    return measured;
  };
  try {
    await warm({ ...base, target: graphqlTarget(token) });
    await counted(record(1));
    const since = performance.now();
    await push(0);
    const pushSeconds = (performance.now() - since) / 1000;
    const calm = await counted(record(seconds));
    const pushing = push(BUNDLES);
    const busy = await counted(record(Math.max(1, Math.min(seconds, pushSeconds))));
    await pushing;
    await checkRecords(cluster, database, created);
    return {
      'verification.rate': BUNDLES / pushSeconds,
      'recordCalm.p99': calm.p99,
      'recordWhilePushing.p99': busy.p99,
      'recordCalm.p50': calm.p50,
      'recordWhilePushing.p50': busy.p50,
    };
  } finally {
    await server.stop();
    await cluster.drop(database);
  }
}
