import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from './child-server.mjs';

const BIN = new URL('../../bin/rollcall.js', import.meta.url).pathname;
/** As `npm start` and the container image run it. */
const NODE_OPTIONS = (process.env.BENCH_NODE_OPTIONS ?? '--max-semi-space-size=64')
  .split(' ')
  .filter(Boolean);

/** `rollcall serve` on a database, as anyone starts it, on a free port. */
export const startRollcall = (databaseUrl, env = {}) =>
  startServer([...NODE_OPTIONS, BIN, 'serve'], {
    DATABASE_URL: databaseUrl,
    ROLLCALL_PORT: '0',
    ROLLCALL_CONFIG_DIR: join(tmpdir(), `rollcall-bench-${process.pid}`),
    NODE_ENV: 'production',
    ...env,
  });

/** Where GraphQL loads go, as the holder of `token`. */
export const graphqlTarget = (token) => ({ path: '/graphql', headers: { authorization: `Bearer ${token}` } });
