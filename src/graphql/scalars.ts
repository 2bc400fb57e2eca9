import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { parseInstant, RollcallError } from '../platform/index.js';

const badInstant = (): RollcallError =>
  new RollcallError(
    'BAD_REQUEST',
    'a DateTime is an RFC 3339 instant with an offset, for example 2026-11-21T09:00:00Z',
  );

const readInstant = (value: unknown): string => {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  if (instant === null) throw badInstant();
  return instant;
};

/** RFC 3339 in UTC with milliseconds; texts inside the server already. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'An instant, RFC 3339. Answers are in UTC with milliseconds; input may have any offset.',
  serialize: (value) => value as string,
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(node.kind === Kind.STRING ? node.value : null),
});

const literal = (node: ValueNode): unknown => {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.map(literal);
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value)]));
    default:
      return null;
  }
};

export const JsonScalar = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node) => literal(node),
});
