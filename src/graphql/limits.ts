import {
  getNamedType,
  GraphQLError,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type ASTVisitor,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { DEFAULT_PAGE, MAX_PAGE } from '../platform/index.js';

const MAX_DEPTH = 14;
const MAX_ALIASES = 60;
const MAX_SELECTIONS = 2_000;
const MAX_COST = 200_000;
/** What a list without pages is taken to hold. */
const USUAL_LIST = 10;
/** Tokens in one document; the parser stops there. */
export const MAX_TOKENS = 10_000;

const tooMuch = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });

/**
 * Refuses documents that would cost too much before any of them runs: depth, aliases, selections, and cost, which is
 * the number of objects that lists inside lists could bring. Fragments count where they are spread.
 */
export function limitsRule(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema();
  return {
    OperationDefinition(operation) {
      let aliases = 0;
      let selections = 0;
      let refused = false;
      const refuse = (message: string): void => {
        if (!refused) context.reportError(tooMuch(message));
        refused = true;
      };
      const visit = (
        set: SelectionSetNode,
        parent: GraphQLNamedType | undefined,
        depth: number,
        times: number,
      ): void => {
        for (const selection of set.selections) {
          if (++selections > MAX_SELECTIONS) refuse(`the query has more than ${MAX_SELECTIONS} fields`);
          if (depth > MAX_DEPTH) refuse(`the query is deeper than ${MAX_DEPTH}`);
          if (refused) return;
          if (selection.kind === Kind.FRAGMENT_SPREAD) {
            const fragment = context.getFragment(selection.name.value);
            if (fragment)
              visit(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), depth, times);
            continue;
          }
          if (selection.kind === Kind.INLINE_FRAGMENT) {
            const type = selection.typeCondition
              ? schema.getType(selection.typeCondition.name.value)
              : parent;
            visit(selection.selectionSet, type, depth, times);
            continue;
          }
          if (selection.alias && ++aliases > MAX_ALIASES)
            refuse(`the query has more than ${MAX_ALIASES} aliases`);
          // Introspection has its own rule of depth, and costs no rows.
          if (!selection.selectionSet || selection.name.value.startsWith('__')) continue;
          const field = fieldOf(parent, selection);
          const objects = times * (field ? sizeOf(field, selection) : 1);
          if (objects > MAX_COST)
            refuse(`the query could bring more than ${MAX_COST} objects: ask for smaller pages`);
          visit(selection.selectionSet, field && getNamedType(field.type), depth + 1, objects);
        }
      };
      visit(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, 1, 1);
    },
  };
}

function fieldOf(
  parent: GraphQLNamedType | undefined,
  selection: FieldNode,
): GraphQLField<unknown, unknown> | undefined {
  if (!isCompositeType(parent)) return undefined;
  return isObjectType(parent) || isInterfaceType(parent)
    ? parent.getFields()[selection.name.value]
    : undefined;
}

/** How many objects a field brings: a page what `first` says, the page itself nothing more. */
function sizeOf(field: GraphQLField<unknown, unknown>, selection: FieldNode): number {
  if (field.args.some((argument) => argument.name === 'first')) {
    const first = selection.arguments?.find((argument) => argument.name.value === 'first')?.value;
    if (first === undefined || first.kind === Kind.NULL) return DEFAULT_PAGE;
    return first.kind === Kind.INT ? Math.max(1, Number(first.value)) : MAX_PAGE;
  }
  const type = isNonNullType(field.type) ? field.type.ofType : field.type;
  return isListType(type) && field.name !== 'nodes' && field.name !== 'edges' ? USUAL_LIST : 1;
}
