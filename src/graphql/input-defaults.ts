import {
  getNamedType,
  isInputObjectType,
  isNonNullType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** Fills one variable's value; null = there is nothing to fill in its type. */
type Fill = (value: unknown) => unknown;

const plans = new WeakMap<DocumentNode, [name: string, fill: Fill][]>();

/**
 * The variables with the defaults of required input fields filled in: the compiled executor refuses a variable whose
 * input object leaves out a field such as `mode: RecordMode! = RECORD`.
 */
export function withInputDefaults(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  let plan = plans.get(document);
  if (!plan) plans.set(document, (plan = planOf(schema, document)));
  if (!variables || plan.length === 0) return variables;
  const filled = { ...variables };
  for (const [name, fill] of plan) if (name in filled) filled[name] = fill(filled[name]);
  return filled;
}

function planOf(schema: GraphQLSchema, document: DocumentNode): [string, Fill][] {
  const known = new Map<GraphQLInputObjectType, Fill | null>();
  return document.definitions.flatMap((definition) =>
    definition.kind !== Kind.OPERATION_DEFINITION
      ? []
      : (definition.variableDefinitions ?? []).flatMap((variable): [string, Fill][] => {
          const type = typeFromAST(schema, variable.type as never) as GraphQLInputType | undefined;
          const fill = type ? fillOf(type, known) : null;
          return fill ? [[variable.variable.name.value, fill]] : [];
        }),
  );
}

function fillOf(type: GraphQLInputType, known: Map<GraphQLInputObjectType, Fill | null>): Fill | null {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return null;
  if (!known.has(named)) {
    known.set(named, null);
    known.set(named, fillOfObject(named, known));
  }
  return known.get(named) ?? null;
}

function fillOfObject(
  type: GraphQLInputObjectType,
  known: Map<GraphQLInputObjectType, Fill | null>,
): Fill | null {
  const fields = Object.values(type.getFields());
  const defaults = fields.filter((field) => isNonNullType(field.type) && field.defaultValue !== undefined);
  const nested = fields.flatMap((field) => {
    const fill = fillOf(field.type, known);
    return fill ? [{ name: field.name, fill }] : [];
  });
  if (defaults.length === 0 && nested.length === 0) return null;
  const fill: Fill = (value) => {
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || typeof value !== 'object') return value;
    const filled: Record<string, unknown> = { ...value };
    for (const field of defaults) if (!(field.name in filled)) filled[field.name] = field.defaultValue;
    for (const { name, fill: fillNested } of nested)
      if (name in filled) filled[name] = fillNested(filled[name]);
    return filled;
  };
  return fill;
}
