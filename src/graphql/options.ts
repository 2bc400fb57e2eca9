import type { FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import type { Actor } from '../access/index.js';
import type { Logger } from '../platform/index.js';
import { checkDocument, DOCUMENT_RULES, requireText } from './check-document.js';
import { createContext, type RequestContext } from './context.js';
import { formatErrors } from './errors.js';
import { withInputDefaults } from './input-defaults.js';
import { MAX_TOKENS } from './limits.js';
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
    validationRules: DOCUMENT_RULES,
    context: (request: FastifyRequest): RequestContext => createContext(door.actorOf(request)),
    errorFormatter: ((
      execution: ExecutionResult & { statusCode?: number },
      context: Partial<RequestContext>,
    ) => {
      const requestId = context.actor?.requestId ?? '';
      const response = formatErrors(execution, door.logger, requestId);
      const codes = response.data ? [] : (response.errors ?? []).map((error) => error.extensions['code']);
      const statusCode = codes.includes('PAYLOAD_TOO_LARGE')
        ? 413
        : codes.includes('BAD_REQUEST')
          ? 400
          : 200;
      return { statusCode, response: JSON.parse(JSON.stringify(response)) };
    }) as unknown as NonNullable<MercuriusDriverConfig['errorFormatter']>,
    hooks: {
      preValidation: async (_schema, document) => requireText(document),
      preSubscriptionExecution: async (schema, document) => checkDocument(schema, document),
      preExecution: async (schema, document, _context, variables) => {
        const filled = withInputDefaults(schema, document, variables);
        return filled === variables ? undefined : { variables: filled };
      },
    },
    subscription: {
      onConnect: async (connection: { payload?: Record<string, unknown> }) => {
        const given = connection.payload ?? {};
        const lower = Object.fromEntries(
          Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]),
        );
        return { ...createContext(await door.authenticate(lower)) };
      },
      context: () => ({ loaders: new Map() }),
    },
    graphql: { parseOptions: { maxTokens: MAX_TOKENS } },
  } as Omit<MercuriusDriverConfig, 'driver'>;
}
