import {
  GraphQLError,
  Kind,
  Location,
  specifiedRules,
  validate,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationContext,
} from 'graphql';
import { limitsRule } from './limits.js';

/** The compiled form of a document is kept by its text, for one operation: a second one could never be told apart. */
function oneOperationRule(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
      if (operations.length > 1)
        context.reportError(
          new GraphQLError('send one operation a document', { extensions: { code: 'BAD_REQUEST' } }),
        );
    },
  };
}

/** What is asked of a document beside the rules of GraphQL. */
export const DOCUMENT_RULES = [limitsRule, oneOperationRule];

/** The server's library takes syntax trees in place of text too; those have passed no parser and no limit of tokens. */
export function requireText(document: DocumentNode): void {
  if (!(document?.loc instanceof Location))
    throw new GraphQLError('query is the text of a GraphQL document', {
      extensions: { code: 'BAD_REQUEST' },
    });
}

/** The whole check, for subscriptions: the library validates only what comes over HTTP. */
export function checkDocument(schema: GraphQLSchema, document: DocumentNode): void {
  requireText(document);
  const [error] = validate(schema, document, [...specifiedRules, ...DOCUMENT_RULES], { maxErrors: 1 });
  if (error)
    throw new GraphQLError(error.message, {
      nodes: error.nodes ?? null,
      extensions: { code: 'BAD_REQUEST' },
    });
}
