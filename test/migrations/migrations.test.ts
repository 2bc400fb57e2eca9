import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { dumpSchema } from '../../scripts/dump-schema.mjs';
import { startOldestPostgres, whyNotOldestPostgres } from '../../scripts/oldest-postgres.mjs';
import { checkSchema, migrate, migrateDown } from '../../src/platform/migrate.js';
import { databaseUrl, execute } from '../support/postgres.js';

const COMMITTED = readFileSync(new URL('../../migrations/schema.sql', import.meta.url), 'utf8').replace(
  /^--.*\n\n/,
  '',
);

/** Runs `work` on an empty database of the server. */
async function withEmptyDatabase(server: string, work: (url: string) => Promise<void>): Promise<void> {
  const name = `rollcall_test_migrations_${randomBytes(5).toString('hex')}`;
  await execute(server, `create database ${name}`);
  try {
    await work(databaseUrl(server, name));
  } finally {
    await execute(server, `drop database ${name} with (force)`);
  }
}

async function dump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await dumpSchema(client);
  } finally {
    await client.end();
  }
}

const upDownUp = (server: string): Promise<void> =>
  withEmptyDatabase(server, async (url) => {
    await migrate(url);
    expect(await dump(url)).toBe(COMMITTED);
    await migrateDown(url);
    expect((await dump(url)).match(/create table \w+|FUNCTION \S+/g)).toEqual(['create table migration']);
    await migrate(url);
    expect(await dump(url)).toBe(COMMITTED);
  });

test('up, down and up again gives the schema of migrations/schema.sql', () =>
  upDownUp(inject('postgres').url));

test('up, down and up again gives the same schema on PostgreSQL 15, the oldest that is supported', async ({
  skip,
}) => {
  const reason = whyNotOldestPostgres();
  if (reason !== null) return skip(reason);
  const server = await startOldestPostgres();
  try {
    await upDownUp(server.url);
  } finally {
    await server.stop();
  }
});

test('servers that migrate at the same time wait for each other', () =>
  withEmptyDatabase(inject('postgres').url, async (url) => {
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await dump(url)).toBe(COMMITTED);
  }));

test('migrating what is up to date changes nothing', () =>
  withEmptyDatabase(inject('postgres').url, async (url) => {
    await migrate(url);
    await migrate(url);
    expect(await dump(url)).toBe(COMMITTED);
    await expect(checkSchema(url)).resolves.toBeUndefined();
  }));

test('ROLLCALL_MIGRATE=check refuses a database without the schema', () =>
  withEmptyDatabase(inject('postgres').url, async (url) => {
    await expect(checkSchema(url)).rejects.toThrow('ROLLCALL_MIGRATE=auto');
  }));
