import { isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';

const ROOTS = ['Query', 'Mutation', 'Subscription'];
/** A page counts its list only when it is asked to; the compiled executor calls no function that is a property. */
const LAZY = 'totalCount';
type Resolver = GraphQLFieldResolver<Record<string, unknown>, unknown>;

/**
 * Takes away what code-first gives every field, a resolver that only reads the property: without it the compiled
 * executor reads it itself (a list of 100 is 1.4 times faster). A resolver that is written out is asked only when the
 * parent does not carry the value already, as the rows of a list do.
 */
export function usePreloaded(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || ROOTS.includes(type.name) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const written = field.resolve as Resolver | undefined;
      if (!written) continue;
      if (field.name === LAZY) field.resolve = ((page) => (page[LAZY] as () => unknown)()) as Resolver;
      else if (written.name === 'rootFieldResolver') delete field.resolve;
      else if (field.args.length === 0)
        field.resolve = ((parent, args, context, info) => {
          const value = parent[field.name];
          return value === undefined ? written(parent, args, context, info) : value;
        }) as Resolver;
    }
  }
  return schema;
}
