import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import {
  Playground,
  childrenOf,
  entriesOf,
  killAll,
  postmasterPid,
  query,
  runs,
  withServer,
} from './embedded-postgres-harness.js';

const place = new Playground();
const main = place.dataDir('main');
let program: string;
beforeAll(async () => {
  program = await place.program('program', 'linked');
  await withServer(main, (server) => query(server.url, 'create table written (number bigint primary key)'));
});
afterAll(() => place.clear());

it('after a SIGKILL of the parent the next start adopts PostgreSQL with its data, and stop() stops it', async () => {
  const first = place.run(program, main);
  const { pid, url } = await first.answer();
  await query(url!, 'insert into written values (-1)');
  await first.kill();
  expect(runs(pid!)).toBe(true);
  const notes: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir: main, log: (line) => notes.push(line) });
  expect(server).toMatchObject({ adopted: true, pid });
  expect(notes.join()).toMatch(/was still running and is taken over/);
  expect(await query(server.url, 'delete from written returning number')).toEqual([{ number: '-1' }]);
  await server.stop();
  expect(runs(pid!)).toBe(false);
});

it('an orphan with other settings is stopped cleanly and started anew', async () => {
  const first = place.run(program, main, { settings: { deadlock_timeout: '70ms' } });
  const { pid } = await first.answer();
  await first.kill();
  await withServer(main, async (server) => {
    expect(server.adopted).toBe(false);
    expect(runs(pid!)).toBe(false);
    expect(await query(server.url, `select current_setting('deadlock_timeout') as timeout`)).toEqual([
      { timeout: '50ms' },
    ]);
  });
});

it('a SIGKILL of PostgreSQL and its children in the middle of inserts loses no acknowledged commit, three times', async () => {
  const server = await startEmbeddedPostgres({ dataDir: main });
  const pool = new pg.Pool({ connectionString: server.url, max: 8 });
  pool.on('error', () => {});
  const acknowledged: number[] = [];
  let next = 0;
  let writing = true;
  const writers = Array.from({ length: 8 }, async () => {
    while (writing) {
      const number = next++;
      try {
        await pool.query('insert into written values ($1)', [number]);
        acknowledged.push(number);
      } catch {
        await sleep(5); // PostgreSQL is down; the number was not acknowledged
      }
    }
  });
  for (let round = 1; round <= 3; round++) {
    const before = acknowledged.length;
    while (acknowledged.length < before + 200) await sleep(5);
    const killed = server.pid;
    killAll(killed);
    while (server.pid === killed) await sleep(5);
  }
  writing = false;
  await Promise.all(writers);
  const stored = new Set(
    (await pool.query<{ number: string }>('select number from written')).rows.map((r) => +r.number),
  );
  expect(acknowledged.filter((number) => !stored.has(number))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThanOrEqual(600);
  await pool.end();
  await server.stop();
});

it('a SIGKILL of the parent and of everything below it is recovered by the next start', async () => {
  const first = place.run(program, main);
  const { pid, url } = await first.answer();
  await query(url!, 'insert into written values (-2)');
  killAll(pid!);
  await first.kill();
  expect(existsSync(join(main, 'data/postmaster.pid'))).toBe(true);
  await withServer(main, async (server) => {
    expect(server.adopted).toBe(false);
    expect(await query(server.url, 'delete from written where number = -2 returning number')).toHaveLength(1);
  });
});

it('sessions that outlive a killed postmaster and hold its shared memory are cleared', async () => {
  const first = place.run(program, main);
  const { pid, url } = await first.answer();
  const busy = new pg.Client({ connectionString: url });
  busy.on('error', () => {});
  await busy.connect();
  // A session that computes does not notice the end of its postmaster.
  const computing = busy.query(`do $$ begin for i in 1..2000000000 loop end loop; end $$`).catch(() => {});
  await sleep(50);
  const children = childrenOf(pid!);
  process.kill(pid!, 'SIGKILL');
  await first.kill();
  const notes: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir: main, log: (line) => notes.push(line) });
  expect(notes.join()).toMatch(/processes that a killed PostgreSQL left behind/);
  expect(children.filter(runs)).toEqual([]);
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
  await computing;
});

it('a stale postmaster.pid whose process id now belongs to another program does not block the start', async () => {
  const first = place.run(program, main);
  const { pid } = await first.answer();
  const file = join(main, 'data/postmaster.pid');
  const lines = readFileSync(file, 'utf8').split('\n');
  killAll(pid!);
  await first.kill();
  writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
  await withServer(main, async (server) => {
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

it('when the connection of the lock breaks, PostgreSQL stays and the folder is locked again', async () => {
  const server = await startEmbeddedPostgres({ dataDir: main });
  const { pid } = server;
  const owner = `select pg_terminate_backend(pid) as ended from pg_stat_activity where application_name like 'rollcall-owner %'`;
  expect(await query(server.url, owner)).toEqual([{ ended: true }]);
  while (!server.adopted) await sleep(5);
  expect(server.pid).toBe(pid);
  const second = place.run(program, main);
  expect(await second.answer()).toMatchObject({ error: 'DataFolderInUse', holder: process.pid });
  await server.stop();
  expect(postmasterPid(main)).toBeNull();
});

it.each(['in the middle', 'at the end'])(
  'a first start killed %s of initdb does not spoil the folder',
  async (when) => {
    const dataDir = place.dataDir(`interrupted-${when.replaceAll(' ', '-')}`);
    const child = place.run(program, dataDir);
    const seen = when === 'at the end' ? /^data\.new-.*\/postgresql\.auto\.conf$/ : /^data\.new-[^/]*$/;
    const entries = (): string[] =>
      entriesOf(dataDir).flatMap((name) => [
        name,
        ...readdirSync(join(dataDir, name), { recursive: true, encoding: 'utf8' }).map(
          (file) => `${name}/${file}`,
        ),
      ]);
    while (!entries().some((entry) => seen.test(entry))) await sleep(2);
    process.kill(-child.pid, 'SIGKILL');
    await child.kill();
    expect(entriesOf(dataDir)).toEqual([expect.stringMatching(/^data\.new-/)]);
    await withServer(dataDir, async (server) => {
      expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(entriesOf(dataDir)).toEqual(['data', 'postgres.log', 'run']);
    });
  },
);

it('a start that fails leaves no process behind, and the next one works', async () => {
  const refused = place.run(program, main, { settings: { max_connections: '1', reserved_connections: '0' } });
  expect((await refused.answer()).error).toBe('EmbeddedPostgresError');
  expect(postmasterPid(main)).toBeNull();
  await withServer(main, async (server) => {
    expect(server.adopted).toBe(false);
  });
});
