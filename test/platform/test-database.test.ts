import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, createTestDatabase, databaseUrl } from '../support/postgres.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('a test file gets a database of its own with the migrated schema', async () => {
  const { rows } = await database.pool.query(
    `select current_database() as name, to_regclass('migration') as migrated`,
  );
  expect(rows[0].name).toMatch(/^rollcall_test_/);
  expect(rows[0].migrated).toBe('migration');
});

it('the URL of another database on the same server keeps user, host and parameters', () => {
  expect(databaseUrl('postgresql://rollcall@/a?host=%2Frun', 'b')).toBe(
    'postgresql://rollcall@/b?host=%2Frun',
  );
  expect(databaseUrl('postgres://u:p@h:5433/a?sslmode=require', 'b')).toBe(
    'postgres://u:p@h:5433/b?sslmode=require',
  );
  expect(databaseUrl('postgres://h', 'b')).toBe('postgres://h/b');
});
