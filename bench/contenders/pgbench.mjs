import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkRecords, TEMPLATE } from '../database/template.mjs';

const run = promisify(execFile);

/** The mix of keys.mjs in pgbench's language. */
const MIX = `\\set chance random(1, 100)
\\set i random(1, 9500)
\\set artifact :i
\\if :chance <= 5
\\set i random(9501, 10000)
\\set artifact random(10001, 70000)
\\endif
\\set e :i % 5
\\set l :i % 20
\\set d 1000000000000000 + :artifact * 79999999921
`;
const DIGEST = `'sha256:' || repeat(:d::text, 4)`;
const KEY = [`'env-' || :e::text`, `'stage-' || :l::text`, `'service-' || :i::text`, `'CONTAINER_IMAGE'`];

const oursStatement = ({ organizationId, reporterId }) =>
  `${MIX}select * from bench_record('${organizationId}', '${reporterId}', ${KEY.join(', ')}, ${DIGEST});\n`;

const WHERE = `t.environment = ${KEY[0]} and t.logical_environment = ${KEY[1]} and t.name = ${KEY[2]} and t.kind = ${KEY[3]}
  and t.status = 'active'`;
const leanStatement = () => `${MIX}with seen as (
  update lean t set last_seen_at = now() where ${WHERE} and t.digest = ${DIGEST} returning t.id
), ended as (
  update lean t set status = 'superseded', superseded_at = now()
  where ${WHERE} and t.digest <> ${DIGEST} and not exists (select from seen) returning t.id
), made as (
  insert into lean (environment, logical_environment, name, kind, digest)
  select ${KEY.join(', ')}, ${DIGEST} where not exists (select from seen) and (select count(*) from ended) >= 0
  on conflict (environment, logical_environment, name, kind) where status = 'active' do nothing returning id
) select id, false as changed from seen union all select id, true from made;
`;

/** Whether pgbench can be run; prints how to get it when not. */
export async function hasPgbench() {
  try {
    await run('pgbench', ['--version']);
    return true;
  } catch {
    console.warn(
      'pgbench is missing: the ratios to it are left out. Debian: apt-get install postgresql-contrib',
    );
    return false;
  }
}

/** One prepared statement a record: `ours` on Rollcall's own tables, `lean` on one table without any of its rules. */
export async function measurePgbench({ cluster, seconds, ids }, which) {
  const database = 'bench_pgbench';
  await cluster.create(database, TEMPLATE);
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const script = join(folder, 'script.sql');
  writeFileSync(script, which === 'ours' ? oursStatement(ids) : leanStatement());
  const once = async (time) => {
    const { stdout } = await run(
      'pgbench',
      [
        '-h',
        cluster.host,
        '-U',
        cluster.user,
        '-n',
        '-c',
        '64',
        '-j',
        '2',
        '-M',
        'prepared',
        '-T',
        String(time),
        '-f',
        script,
        database,
      ],
      { env: { ...process.env, PGOPTIONS: '-c plan_cache_mode=force_generic_plan -c jit=off' } },
    );
    const failures = Number(/failed transactions: (\d+)/.exec(stdout)?.[1] ?? 0);
    if (failures > 0) throw new Error(`pgbench had ${failures} failed transactions`);
    return {
      rate: Number(/tps = ([\d.]+)/.exec(stdout)?.[1]),
      mean: Number(/latency average = ([\d.]+)/.exec(stdout)?.[1]),
    };
  };
  try {
    await once(1);
    const { rate, mean } = await once(seconds);
    await checkRecords(cluster, database, which === 'ours' ? null : 0);
    const name = which === 'ours' ? 'pgbench' : 'pgbenchLean';
    return { [`${name}.rate`]: rate, [`${name}.mean`]: mean };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await cluster.drop(database);
  }
}
