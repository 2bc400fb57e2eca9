import type { FastifyRequest } from 'fastify';
import { GraphQLError, Kind, type ASTVisitor, type ExecutionResult, type ValidationContext } from 'graphql';
import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import type { Actor } from '../access/index.js';
import type { Logger } from '../platform/index.js';
import { createContext, type RequestContext } from './context.js';
import { formatErrors } from './errors.js';
import { withInputDefaults } from './input-defaults.js';
import { limitsRule, MAX_TOKENS } from './limits.js';
import { usePreloaded } from './preloaded.js';

/** How the GraphQL door is set up: compiled execution, limits, one form of errors, one actor a request. */
export function graphqlOptions(door: {
  logger: Logger;
  actorOf: (request: FastifyRequest) => Actor;
  authenticate: (headers: Record<string, unknown>) => Promise<Actor>;
}): Omit<MercuriusDriverConfig, 'driver'> {
  return {
    path: '/graphql',
    autoSchemaFile: true,
    sortSchema: true,
    jit: 1,
    cache: true,
    graphiql: false,
    transformSchema: usePreloaded,
    validationRules: [limitsRule, oneOperationRule],
    context: (request: FastifyRequest): RequestContext => createContext(door.actorOf(request)),
    errorFormatter: ((execution: ExecutionResult & { statusCode?: number }, context: Partial<RequestContext>) => {
      const requestId = context.actor?.requestId ?? '';
      const response = formatErrors(execution, door.logger, requestId);
      const faulty = response.errors?.some((error) => error.extensions['code'] === 'BAD_REQUEST') && !response.data;
      return { statusCode: faulty ? 400 : 200, response: JSON.parse(JSON.stringify(response)) };
    }) as unknown as NonNullable<MercuriusDriverConfig['errorFormatter']>,
    hooks: {
      preExecution: async (schema, document, _context, variables) => {
        const filled = withInputDefaults(schema, document, variables);
        return filled === variables ? undefined : { variables: filled };
      },
    },
    subscription: {
      onConnect: async (connection: { payload?: Record<string, unknown> }) => {
        const given = connection.payload ?? {};
        const lower = Object.fromEntries(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]));
        return { ...createContext(await door.authenticate(lower)) };
      },
      context: () => ({ loaders: new Map() }),
    },
    graphql: { parseOptions: { maxTokens: MAX_TOKENS } },
  } as Omit<MercuriusDriverConfig, 'driver'>;
}

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
