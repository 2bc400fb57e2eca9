import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENTITIES } from '../../src/entities.js';
import { createDataSource } from '../../src/platform/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const MIGRATIONS_TABLE = 'migration';
const NAME_OF_TYPE: Record<string, string> = {
  timestamptz: 'timestamp with time zone',
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  bool: 'boolean',
};

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  source = createDataSource(database.url, ENTITIES);
  source.driver.supportedDataTypes.push('xid8' as never);
  await source.initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

/** A column as `format_type` writes it, with what else the entity says of it. */
function describeColumn(column: ColumnMetadata): string {
  const type = source.driver.normalizeType({ type: column.type });
  const name = NAME_OF_TYPE[type] ?? type;
  const sized =
    column.precision === undefined || column.precision === null
      ? name + (column.length ? `(${column.length})` : '')
      : name.replace(/^(\w+)/, `$1(${column.precision})`);
  return [
    `${column.databaseName} ${sized}${column.isArray ? '[]' : ''}`,
    column.isNullable ? 'null' : 'not null',
    column.isPrimary ? 'primary' : '',
    column.generatedIdentity ? `identity ${column.generatedIdentity}` : '',
  ]
    .join(' ')
    .trim();
}

const describeEntity = (entity: EntityMetadata): string[] => entity.columns.map(describeColumn).sort();

async function describeTables(): Promise<Record<string, string[]>> {
  const { rows } = await database.pool.query<{ table: string; line: string }>(
    `select c.relname as table, trim(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
       case when a.attnotnull then 'not null' else 'null' end,
       case when exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey))
         then 'primary' end,
       case a.attidentity when 'a' then 'identity ALWAYS' when 'd' then 'identity BY DEFAULT' end)) as line
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> $1`,
    [MIGRATIONS_TABLE],
  );
  const tables: Record<string, string[]> = {};
  for (const { table, line } of rows) (tables[table] ??= []).push(line.replace(/ +/g, ' '));
  for (const lines of Object.values(tables)) lines.sort();
  return tables;
}

test('every table has an entity with its columns, types and nullability, and every entity has a table', async () => {
  const entities = Object.fromEntries(
    source.entityMetadatas.map((entity) => [
      entity.tableName,
      describeEntity(entity).map((line) => line.replace(/ +/g, ' ')),
    ]),
  );
  expect(entities).toEqual(await describeTables());
});

test('entities hold columns only: no relations, no cascades', () => {
  expect(
    source.entityMetadatas.flatMap((entity) => entity.relations.map((each) => each.propertyPath)),
  ).toEqual([]);
});
