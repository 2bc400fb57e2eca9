import { GraphQLError, Kind, type ASTVisitor, type SelectionSetNode, type ValidationContext } from 'graphql';

const MAX_DEPTH = 14;
const MAX_ALIASES = 60;
const MAX_FIELDS = 2_000;
const MAX_COST = 200_000;
/** Tokens in one document; the parser stops there. */
export const MAX_TOKENS = 10_000;

const tooMuch = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });

/**
 * Refuses documents that would cost too much before any of them runs: depth, aliases, fields, and cost, which is the
 * number of objects that pages inside pages could bring. Fragments count where they are spread.
 */
export function limitsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      let aliases = 0;
      let fields = 0;
      let refused = false;
      const refuse = (message: string): void => {
        if (!refused) context.reportError(tooMuch(message));
        refused = true;
      };
      const visit = (selections: SelectionSetNode, depth: number, times: number, spread: readonly string[]): void => {
        for (const selection of selections.selections) {
          if (refused) return;
          if (selection.kind === Kind.FRAGMENT_SPREAD) {
            const name = selection.name.value;
            const fragment = context.getFragment(name);
            if (fragment && !spread.includes(name)) visit(fragment.selectionSet, depth, times, [...spread, name]);
            continue;
          }
          if (selection.kind === Kind.INLINE_FRAGMENT) {
            visit(selection.selectionSet, depth, times, spread);
            continue;
          }
          fields++;
          if (selection.alias) aliases++;
          if (depth > MAX_DEPTH && !selection.name.value.startsWith('__')) refuse(`the query is deeper than ${MAX_DEPTH}`);
          if (aliases > MAX_ALIASES) refuse(`the query has more than ${MAX_ALIASES} aliases`);
          if (fields > MAX_FIELDS) refuse(`the query has more than ${MAX_FIELDS} fields`);
          const first = selection.arguments?.find((argument) => argument.name.value === 'first')?.value;
          const page = first?.kind === Kind.INT ? Number(first.value) : first ? 500 : 1;
          if (times * page > MAX_COST) refuse(`the query could bring more than ${MAX_COST} objects: ask for smaller pages`);
          if (selection.selectionSet && selection.name.value !== '__schema')
            visit(selection.selectionSet, depth + 1, times * Math.max(1, page), spread);
        }
      };
      visit(operation.selectionSet, 1, 1, []);
    },
  };
}
