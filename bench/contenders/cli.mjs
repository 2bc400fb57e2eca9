import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { TEMPLATE } from '../database/template.mjs';
import { digestOf, placeOf } from '../keys.mjs';
import { startRollcall } from './rollcall-server.mjs';

const run = promisify(execFile);
const BIN = new URL('../../bin/rollcall.js', import.meta.url).pathname;
const BUNDLE = new URL('../../dist/cli/rollcall.js', import.meta.url).pathname;
const STARTS = 20;

export function hasCli() {
  if (existsSync(BUNDLE)) return true;
  console.warn('dist/cli is not built: the command line is left out. Build it: npm run build');
  return false;
}

/** `rollcall deployment record` against a running server and an empty Node.js process, alternated. */
export async function measureCli({ cluster, token }) {
  const database = 'bench_cli';
  await cluster.create(database, TEMPLATE);
  const server = await startRollcall(cluster.urlOf(database));
  const { environment, logicalEnvironment, name } = placeOf(1);
  const record = [
    BIN,
    'deployment',
    'record',
    '--env',
    environment,
    '--logical-env',
    logicalEnvironment,
    '--deployment-name',
    name,
    '--kind',
    'container_image',
    '--digest',
    digestOf(1),
  ];
  // Without the variables by which the command would take itself for a step of CI.
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ROLLCALL_URL: server.url,
    ROLLCALL_TOKEN: token,
  };
  const time = async (args) => {
    const since = performance.now();
    await run(process.execPath, args, { env });
    return performance.now() - since;
  };
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  try {
    const ours = [];
    const empty = [];
    await time(record);
    await time(['-e', '0']);
    for (let i = 0; i < STARTS; i++) {
      ours.push(await time(record));
      empty.push(await time(['-e', '0']));
    }
    return { 'cli.p50': median(ours), 'node.p50': median(empty) };
  } finally {
    await server.stop();
    await cluster.drop(database);
  }
}
