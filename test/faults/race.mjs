// Three servers on one database, each with many callers on few keys: every answer is counted once, one record is active
// a key, and no deadlock reaches a caller. The database is an embedded PostgreSQL in a temporary folder.
// node test/faults/race.mjs [--seconds 6] [--servers 3] [--callers 32] [--keys 50] [--digests 4] [--home FOLDER]
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { compile, removeFolder } from './compile.mjs';
import { printTable } from './check.mjs';

const number = (fallback) => ({ type: 'string', default: String(fallback) });
const { values } = parseArgs({
  options: {
    seconds: number(6),
    servers: number(3),
    callers: number(32),
    keys: number(50),
    digests: number(4),
    home: { type: 'string' },
  },
});
const home = values.home ?? (await compile());
const load = (path) => import(pathToFileURL(join(home, 'dist/src', path)).href);
const { createRegistry } = await load('embed.js');
const { startEmbeddedPostgres } = await load('platform/embedded-postgres.js');
const { Database } = await load('platform/index.js');

const folder = mkdtempSync(join(tmpdir(), 'rollcall-race-'));
chmodSync(folder, 0o755);
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
const registry = await createRegistry({ databaseUrl: postgres.url });
let exact = false;
try {
  const actor = await registry.actor(registry.adminToken);
  await registry.services.access.updateOrganization(actor, { requireAttestation: false });
  const digests = [];
  for (let i = 0; i < Number(values.digests); i++) {
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        layers: [],
        annotations: { i },
        config: { mediaType: 'application/vnd.oci.image.config.v1+json' },
      }),
    );
    const input = { manifest, kind: null, ociRef: null, name: null, version: null };
    digests.push((await registry.services.artifacts.registerManifest(actor, input)).digest);
  }
  const worker = fileURLToPath(new URL('race-worker.mjs', import.meta.url));
  const argv = [
    worker,
    home,
    postgres.url,
    registry.adminToken,
    values.seconds,
    values.callers,
    values.keys,
    ...digests,
  ];
  const told = await Promise.all(
    Array.from({ length: Number(values.servers) }, async () =>
      JSON.parse((await promisify(execFile)(process.execPath, argv)).stdout),
    ),
  );
  const sum = (of) => told.reduce((total, each) => total + (of(each) ?? 0), 0);
  const created = sum((each) => each.outcomes.CREATED);
  const seen = created + sum((each) => each.outcomes.REFRESHED) + sum((each) => each.outcomes.UNCHANGED);
  const { pool } = registry.app.get(Database);
  const { rows } = await pool.query(`
    select count(*) filter (where origin = 'REPORT')::int as reports, coalesce(sum(seen_count) filter (where origin = 'REPORT'), 0)::int as seen,
      count(*) filter (where status = 'DEPLOYED')::int as active, count(distinct deployment_id)::int as deployments
    from deployment_record`);
  const { rows: statistics } = await pool.query(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  const errors = told.map((each) => each.errors).filter((each) => Object.keys(each).length > 0);
  exact =
    errors.length === 0 &&
    created > 0 &&
    rows[0].reports === created &&
    rows[0].seen === seen &&
    rows[0].active === rows[0].deployments;
  printTable([
    {
      answers: seen + sum((each) => each.outcomes.STALE),
      created,
      rows: rows[0].reports,
      'seen answers': seen,
      'seen rows': rows[0].seen,
      active: rows[0].active,
      deployments: rows[0].deployments,
      deadlocks: statistics[0].deadlocks,
      'p99 ms': Math.round(Math.max(...told.map((each) => each.p99))),
      errors: JSON.stringify(errors),
      result: exact ? 'EXACT' : 'WRONG',
    },
  ]);
} finally {
  await registry.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (values.home === undefined) removeFolder(home);
}
process.exit(exact ? 0 : 1);
