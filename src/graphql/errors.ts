import { randomUUID } from 'node:crypto';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { isUnavailable, RollcallError, type Logger } from '../platform/index.js';

const NUL_IN_TEXT = '22021';

/** What a door answers for any error: ours become INTERNAL with an `errorId` that the log has, and nothing else. */
export function asRollcallError(error: unknown, logger: Logger, requestId: string): RollcallError {
  if (error instanceof RollcallError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === NUL_IN_TEXT) return new RollcallError('BAD_REQUEST', 'text cannot hold the character NUL');
  if (isUnavailable(error)) {
    logger.error({ 'request.id': requestId, err: error }, 'the database is not reachable');
    return new RollcallError('UNAVAILABLE', 'the database is not reachable', { hint: 'try again shortly' });
  }
  const errorId = randomUUID();
  logger.error({ 'request.id': requestId, 'error.id': errorId, err: error }, 'internal error');
  return new RollcallError('INTERNAL', `something went wrong here; the log has it under ${errorId}`, {
    details: { errorId },
  });
}

/** GraphQL's form of errors: the code in `extensions`, with what the table knows of it. */
export function formatErrors(result: ExecutionResult, logger: Logger, requestId: string): ExecutionResult {
  return {
    data: result.data ?? null,
    errors: (result.errors ?? [])
      .flatMap(withoutWrapper)
      .map((error) => formatError(error, logger, requestId)),
  };
}

/** For errors that end a stream: nothing formats those later. */
export const asGraphqlError = (error: unknown, logger: Logger, requestId: string): GraphQLError =>
  formatError(new GraphQLError(String(error), { originalError: error as Error }), logger, requestId);

/** The library hands over what validation found inside of one error that says nothing. */
function withoutWrapper(error: GraphQLError): GraphQLError[] {
  const wrapped = error.originalError && 'errors' in error.originalError ? error.originalError.errors : null;
  if (!Array.isArray(wrapped) || wrapped.length === 0) return [error];
  return wrapped.map((each: Error) => (each instanceof GraphQLError ? each : new GraphQLError(each.message)));
}

function formatError(error: GraphQLError, logger: Logger, requestId: string): GraphQLError {
  const { originalError } = error;
  // What the library refuses (syntax, validation, variables) has no original error, or one of its own, and no path:
  // an answer that does not fit the schema has one, and is a fault of ours.
  const library = !originalError || originalError instanceof GraphQLError;
  const own = library ? error.path !== undefined : !isClientFault(originalError);
  const tooLarge = originalError && 'statusCode' in originalError && originalError.statusCode === 413;
  const known = tooLarge
    ? new RollcallError('PAYLOAD_TOO_LARGE', 'the body is larger than the server accepts')
    : own
      ? asRollcallError(originalError ?? error, logger, requestId)
      : null;
  return new GraphQLError(known?.message ?? error.message, {
    nodes: error.nodes ?? null,
    path: error.path ?? null,
    extensions: {
      code: known?.code ?? 'BAD_REQUEST',
      requestId,
      ...(known?.detail.hint ? { hint: known.detail.hint } : {}),
      ...known?.detail.details,
    },
  });
}

/** Errors of the transport and of validation that the caller made. */
const isClientFault = (error: object): boolean => 'statusCode' in error && Number(error.statusCode) < 500;
