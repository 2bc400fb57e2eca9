import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GraphQLResolveInfo } from 'graphql';
import { asRollcallError, toUserError } from '../graphql/index.js';
import { RollcallError, type Logger } from '../platform/index.js';
import { sendError } from './authenticate.js';

/** Answers every error of the REST doors in one form, and what GraphQL does not answer itself: refused input. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): object | undefined {
    if (host.getType<string>() === 'graphql')
      return graphqlAnswer(error, host.getArgByIndex<GraphQLResolveInfo>(3));
    return sendRestError(error, host.switchToHttp().getResponse<FastifyReply>(), this.logger);
  }
}

/** What the transport refuses before a route is reached, a body that is too large for example, in the same form. */
export function answerTransportErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, _request, reply) => sendRestError(error, reply, logger));
}

function sendRestError(error: unknown, reply: FastifyReply, logger: Logger): FastifyReply {
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : Number((error as { statusCode?: number }).statusCode);
  if (status === 413)
    return sendError(reply, new RollcallError('PAYLOAD_TOO_LARGE', 'the body is too large'), false);
  if (status >= 400 && status < 500)
    return reply.code(status).send({
      error: { code: 'BAD_REQUEST', message: (error as Error).message, requestId: reply.request.id },
    }) as FastifyReply;
  return sendError(reply, asRollcallError(error, logger, reply.request.id), false);
}

/** Input that a pipe refused before any service saw it: the payload of a mutation tells it, for the rest it is a bad request. */
function graphqlAnswer(error: unknown, info: GraphQLResolveInfo): object {
  if (!(error instanceof RollcallError) || error.row.place !== 'userErrors') throw error;
  if (info.parentType.name === 'Mutation') return { results: [], userErrors: [toUserError(error)] };
  throw new RollcallError('BAD_REQUEST', error.message, error.detail);
}
