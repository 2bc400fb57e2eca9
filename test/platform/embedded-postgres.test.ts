import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { Playground, asRoot, entriesOf, query, runs, withServer } from './embedded-postgres-harness.js';

const place = new Playground();
const main = place.dataDir('main');
let program: string;
beforeAll(async () => {
  program = await place.program('program', 'linked');
});
afterAll(() => place.clear());

it('the first start creates the cluster and the database rollcall, durable, on a private UNIX socket only', async () => {
  await withServer(main, async (server) => {
    expect(server).toMatchObject({ adopted: false, version: '18.4' });
    const [row] = await query(
      server.url,
      `select current_database() as database, current_user as user, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
              current_setting('listen_addresses') as addresses, current_setting('deadlock_timeout') as deadlock,
              (select datlocale from pg_database where datname = current_database()) as locale`,
    );
    expect(row).toEqual({
      database: 'rollcall',
      user: 'rollcall',
      fsync: 'on',
      commit: 'on',
      pages: 'on',
      addresses: '',
      deadlock: '50ms',
      locale: 'C.UTF-8',
    });
    expect(statSync(server.connection.host).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(server.connection.host, '.s.PGSQL.5432')).mode & 0o777).toBe(0o700);
    const pool = new pg.Pool(server.connection);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});

it('a second start finds the data and stop() leaves no process', async () => {
  await withServer(main, (server) => query(server.url, 'create table kept as select 42 as answer'));
  const started = performance.now();
  const server = await startEmbeddedPostgres({ dataDir: main });
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  const { pid } = server;
  expect(runs(pid)).toBe(true);
  await Promise.all([server.stop(), server.stop()]);
  expect(runs(pid)).toBe(false);
});

it('a pool that was ended just before stop() hears nothing of the shutdown', async () => {
  const errors: Error[] = [];
  for (let round = 0; round < 5; round++) {
    await withServer(main, async (server) => {
      const pool = new pg.Pool(server.connection);
      pool.on('connect', (client) => client.on('error', (error) => errors.push(error)));
      await Promise.all(Array.from({ length: 10 }, () => pool.query('select pg_sleep(0.01)')));
      await pool.end();
    });
  }
  expect(errors).toEqual([]);
});

it('a folder that another process uses is refused with its pid and what to do', async () => {
  const first = place.run(program, main);
  const { pid } = await first.answer();
  await expect(startEmbeddedPostgres({ dataDir: main })).rejects.toMatchObject({
    name: 'DataFolderInUse',
    pid: first.pid,
    message: expect.stringMatching(
      new RegExp(
        `${main} is in use by another Rollcall process \\(pid ${first.pid}\\).*ROLLCALL_DATA_DIR.*DATABASE_URL`,
      ),
    ),
  });
  expect(runs(pid!)).toBe(true);
  first.process.kill('SIGTERM');
  expect(await first.answer()).toEqual({ drained: 1 });
  expect(runs(pid!)).toBe(false);
});

it('one process that starts twice on a folder is refused too', async () => {
  await withServer(main, () =>
    expect(startEmbeddedPostgres({ dataDir: main })).rejects.toMatchObject({
      name: 'DataFolderInUse',
      pid: process.pid,
    }),
  );
});

it('of several first starts at the same moment exactly one wins, and nothing half-made stays', async () => {
  const dataDir = place.dataDir('race');
  const children = [1, 2, 3].map(() => place.run(program, dataDir));
  const answers = await Promise.all(children.map((child) => child.answer()));
  const winner = answers.findIndex((answer) => answer.pid !== undefined);
  for (const [index, answer] of answers.entries()) {
    if (index !== winner)
      expect(answer).toMatchObject({ error: 'DataFolderInUse', holder: children[winner]!.pid });
  }
  expect(await query(answers[winner]!.url!, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(entriesOf(dataDir)).toEqual(['data', 'postgres.log', 'run']);
  children[winner]!.process.kill('SIGTERM');
  expect(await children[winner]!.answer()).toEqual({ drained: 1 });
});

it('Ctrl-C, a SIGINT to the whole process group, leaves PostgreSQL up until the server has drained', async () => {
  const child = place.run(program, main);
  const { pid } = await child.answer();
  process.kill(-child.pid, 'SIGINT');
  expect(await child.answer()).toEqual({ drained: 1 });
  expect(runs(pid!)).toBe(false);
});

it('a data folder with a path of 150 characters gets its socket in a short private folder', async () => {
  const dataDir = place.dataDir(`${'long-name-'.repeat(15)}/.rollcall`);
  expect(dataDir.length).toBeGreaterThan(150);
  await withServer(dataDir, async ({ url, connection }) => {
    expect(connection.host.length).toBeLessThan(90);
    expect(statSync(connection.host).mode & 0o777).toBe(0o700);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

it('a data folder with spaces, quotes and letters outside ASCII works', async () => {
  await withServer(place.dataDir(`it's "mine", 100% ünï`), async ({ url }) => {
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

it('missing library links are made in a copy of the programs', async () => {
  const dataDir = place.dataDir('unlinked');
  const child = place.run(await place.program('unlinked-program', 'without links'), dataDir);
  expect(await child.answer()).toMatchObject({ adopted: false });
  expect(existsSync(join(dataDir, 'pg-18.4/lib/libicui18n.so.60'))).toBe(true);
  expect(readdirSync(join(dataDir, 'pg-18.4/lib')).filter((name) => name.endsWith('.a'))).toEqual([]);
  child.process.kill('SIGTERM');
  expect(await child.answer()).toEqual({ drained: 1 });
});

it('without programs for the platform the error asks for DATABASE_URL', async () => {
  const child = place.run(await place.program('bare-program', 'nothing'), place.dataDir('bare'));
  expect(await child.answer()).toMatchObject({
    error: 'EmbeddedPostgresError',
    message: expect.stringMatching(/@embedded-postgres\/.* is missing.*DATABASE_URL/),
  });
});

it('a cluster of another PostgreSQL major version is refused and left alone', async () => {
  const dataDir = place.dataDir('old');
  mkdirSync(join(dataDir, 'data'), { recursive: true });
  if (asRoot) chownToNobody(join(dataDir, 'data'));
  writeFileSync(join(dataDir, 'data/PG_VERSION'), '17\n');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
    /made by PostgreSQL 17; this Rollcall brings .* 18/,
  );
  expect(readdirSync(join(dataDir, 'data'))).toEqual(['PG_VERSION']);
});

it('a folder data that is no cluster is refused and left alone', async () => {
  const dataDir = place.dataDir('photos');
  mkdirSync(join(dataDir, 'data/holiday'), { recursive: true });
  if (asRoot) chownToNobody(join(dataDir, 'data'));
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/is not a PostgreSQL database/);
  expect(readdirSync(join(dataDir, 'data'))).toEqual(['holiday']);
});

it('a postgres.log of more than 10 MB is set aside at the start', async () => {
  writeFileSync(join(main, 'postgres.log'), 'x'.repeat(10 * 1024 * 1024 + 1));
  await withServer(main, async () => {
    expect(statSync(join(main, 'postgres.log.1')).size).toBeGreaterThan(10 * 1024 * 1024);
    expect(readFileSync(join(main, 'postgres.log'), 'utf8')).toMatch(/^\d{4}-.*starting PostgreSQL 18/);
  });
});

it('what initdb or PostgreSQL complains about stands in the error', async () => {
  const dataDir = place.dataDir('full');
  // A limit on the size of files stands for a full disk.
  const child = place.run(program, dataDir, { shell: 'ulimit -f 64' });
  const { error, message } = await child.answer();
  expect(error).toBe('EmbeddedPostgresError');
  expect(message).toMatch(/Could not create the database in .*\n.*(File too large|terminated by signal)/s);
  expect(readdirSync(dataDir)).toEqual([]);

  const refused = place.run(program, main, { settings: { shared_buffers: 'plenty' } });
  expect((await refused.answer()).message).toMatch(
    /did not start.*\n.*invalid value for parameter "shared_buffers"/s,
  );
});

it.runIf(asRoot)('an ordinary user runs PostgreSQL as itself, in a folder of its own', async () => {
  const home = join(place.folder, 'user');
  mkdirSync(home);
  chownToNobody(home);
  const dataDir = place.dataDir('user/.rollcall');
  const child = place.run(program, dataDir, { asUser: true });
  const { pid, url } = await child.answer();
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t65534\t65534/m);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  expect(await query(url!, 'select 1 as one')).toEqual([{ one: 1 }]);
  child.process.kill('SIGTERM');
  expect(await child.answer()).toEqual({ drained: 1 });
});

it.runIf(asRoot)('an ordinary user without the right to write there is told so', async () => {
  const child = place.run(program, place.dataDir('forbidden'), { asUser: true });
  expect(await child.answer()).toMatchObject({
    error: 'EmbeddedPostgresError',
    message: expect.stringMatching(/Could not prepare .*forbidden.*EACCES.*ROLLCALL_DATA_DIR/),
  });
});

it.runIf(asRoot)('root steps down to an unprivileged user', async () => {
  await withServer(main, async ({ pid }) => {
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t65534\t65534/m);
    expect(statSync(join(main, 'data')).uid).toBe(65534);
  });
});

it.runIf(asRoot)(
  'root below a 0700 home keeps the data there and the programs where they can run',
  async () => {
    mkdirSync(join(place.folder, 'home'), { mode: 0o700 });
    const privateProgram = await place.program('home/checkout', 'linked', 0o700);
    const dataDir = place.dataDir('home/.rollcall');
    chmodSync(join(place.folder, 'home'), 0o700);
    for (const round of [1, 2]) {
      const child = place.run(privateProgram, dataDir);
      const { url, host, pid } = await child.answer();
      expect(host).not.toContain(place.folder);
      expect(await query(url!, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(existsSync(join(dataDir, 'data/PG_VERSION'))).toBe(true);
      expect(child.notes.join('\n')).toMatch(/below a private folder/);
      if (round === 1) {
        await child.kill();
        const next = place.run(privateProgram, dataDir);
        expect(await next.answer()).toMatchObject({ adopted: true, pid });
        next.process.kill('SIGTERM');
        expect(await next.answer()).toEqual({ drained: 1 });
      } else {
        child.process.kill('SIGTERM');
        expect(await child.answer()).toEqual({ drained: 1 });
      }
    }
  },
);

function chownToNobody(path: string): void {
  chownSync(path, 65534, 65534);
}
