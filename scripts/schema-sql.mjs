// Writes migrations/schema.sql: what the migrations make, so that a change of the schema is seen in its diff.
// `--check` compares instead and fails when the file is stale. Needs a build.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../dist/src/platform/embedded-postgres.js';
import { migrate } from '../dist/src/platform/migrate.js';
import { dumpSchema } from './dump-schema.mjs';
import { writeOrCheck } from './write-or-check.mjs';

const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-schema-'));
const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
const client = new pg.Client(server.connection);
try {
  await migrate(server.url);
  await client.connect();
  const text = `-- What the migrations make. Printed by \`npm run schema:sql\`; do not edit.\n\n${await dumpSchema(client)}`;
  await writeOrCheck('migrations/schema.sql', text, 'npm run schema:sql');
} finally {
  await client.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
