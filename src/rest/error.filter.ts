import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { asRollcallError } from '../graphql/index.js';
import { RollcallError, type Logger } from '../platform/index.js';
import { sendError } from './authenticate.js';

/** Answers every error of the REST doors in one form; GraphQL formats its own. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): FastifyReply | undefined {
    if (host.getType<string>() === 'graphql') throw error;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = error instanceof HttpException ? error.getStatus() : Number((error as { statusCode?: number }).statusCode);
    if (status === 413) return sendError(reply, new RollcallError('PAYLOAD_TOO_LARGE', 'the body is too large'), false);
    if (status >= 400 && status < 500)
      return reply.code(status).send({ error: { code: 'BAD_REQUEST', message: (error as Error).message, requestId: reply.request.id } }) as FastifyReply;
    return sendError(reply, asRollcallError(error, this.logger, reply.request.id), false);
  }
}
