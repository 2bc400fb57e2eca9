import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';

const folder = new URL('../../graphql/operations/cli/', import.meta.url);
const schema = buildSchema(readFileSync(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8'));

test.each(readdirSync(folder))('%s fits the schema', (file) => {
  const document = parse(readFileSync(new URL(file, folder), 'utf8'));
  expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
});
