import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRollcall } from '../contenders/rollcall-server.mjs';

export const TEMPLATE = 'bench_template';

const sqlOf = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

/**
 * Makes the database that every contender gets a copy of: the schema and the organization by a first start of the
 * server, then the Deployments. Answers the admin token and the ids that the single statements need.
 */
export async function makeTemplate(cluster) {
  const tokenFile = join(tmpdir(), `rollcall-bench-${process.pid}.token`);
  await cluster.run('postgres', `create database ${TEMPLATE}`);
  const server = await startRollcall(cluster.urlOf(TEMPLATE), { ROLLCALL_BOOTSTRAP_TOKEN_FILE: tokenFile });
  await server.stop();
  const token = readFileSync(tokenFile, 'utf8').trim();
  rmSync(tokenFile);
  for (const file of ['seed.sql', 'record-function.sql', 'lean-table.sql'])
    await cluster.run(TEMPLATE, sqlOf(file));
  await cluster.run(TEMPLATE, 'vacuum (freeze, analyze)');
  const [ids] = await cluster.run(
    TEMPLATE,
    `select o.id as "organizationId", p.id as "reporterId" from organization o join principal p on p.organization_id = o.id`,
  );
  return { token, ...ids };
}

/** Throws unless every Deployment has exactly one active record and there are `created` new records; null = not counted. */
export async function checkRecords(cluster, database, created) {
  const [found] = await cluster.run(
    database,
    `select count(*)::int as deployments,
       count(*) filter (where active <> 1)::int as wrong,
       (select count(*)::int from deployment_record) as records
     from (select (select count(*) from deployment_record r where r.deployment_id = d.id and r.status = 'DEPLOYED') as active
           from deployment d) d`,
  );
  if (found.wrong > 0)
    throw new Error(`${database}: ${found.wrong} Deployments do not have exactly one active record`);
  const expected = found.deployments + created;
  if (created !== null && found.records !== expected)
    throw new Error(
      `${database}: ${created} answers said CREATED, but there are ${found.records - found.deployments} new records`,
    );
}
