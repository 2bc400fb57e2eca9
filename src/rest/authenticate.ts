import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessService, Actor } from '../access/index.js';
import { asRollcallError } from '../graphql/index.js';
import { RollcallError, type Logger } from '../platform/index.js';

const OPEN = new Set(['/healthz', '/readyz']);
const REQUEST_ID = /^[\w.:-]{1,128}$/;

const actors = new WeakMap<object, Actor>();

/** Who calls; set before any handler runs. */
export function actorOf(request: FastifyRequest): Actor {
  const actor = actors.get(request.raw);
  if (!actor) throw new RollcallError('UNAUTHENTICATED', 'a valid token is needed');
  return actor;
}

/** The client's `X-Request-Id` when it is a plain one, else a new id. */
export function requestIdOf(headers: Record<string, unknown>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Authenticates every request but health at the door. Services authorize. */
export function authenticateRequests(app: FastifyInstance, access: AccessService, logger: Logger): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header('x-request-id', request.id);
    const path = request.url.split('?', 1)[0] as string;
    if (OPEN.has(path) || isWebSocket(request)) return undefined;
    try {
      actors.set(request.raw, await authenticate(access, request.headers, request.id));
      return undefined;
    } catch (error) {
      return sendError(reply, asRollcallError(error, logger, request.id), path === '/graphql');
    }
  });
}

/** A browser cannot set headers on a WebSocket: the token comes in `connection_init`. */
const isWebSocket = (request: FastifyRequest): boolean =>
  request.headers.upgrade?.toLowerCase() === 'websocket';

/** Reads `Authorization: Bearer` and `Idempotency-Key`. Throws UNAUTHENTICATED or BAD_REQUEST. */
export async function authenticate(
  access: AccessService,
  headers: Record<string, unknown>,
  requestId: string,
): Promise<Actor> {
  const authorization = headers['authorization'];
  const secret =
    typeof authorization === 'string' ? /^Bearer ([!-~]+)$/i.exec(authorization)?.[1] : undefined;
  const idempotencyKey = headers['idempotency-key'];
  if (
    idempotencyKey !== undefined &&
    (typeof idempotencyKey !== 'string' || !/^[ -~]{1,200}$/.test(idempotencyKey))
  )
    throw new RollcallError('BAD_REQUEST', 'an Idempotency-Key has 1 to 200 printable ASCII characters');
  const known = await access.authenticate(secret ?? null);
  return { ...known, requestId, idempotencyKey: idempotencyKey ?? null };
}

/** An error in the form of its door: GraphQL's, or `{error}` for REST. */
export function sendError(reply: FastifyReply, error: RollcallError, graphql: boolean): FastifyReply {
  const { code, message, row, detail } = error;
  const extensions = {
    code,
    requestId: reply.request.id,
    ...(detail.hint ? { hint: detail.hint } : {}),
    ...detail.details,
  };
  if (row.http === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(row.http)
    .type('application/json; charset=utf-8')
    .send(
      graphql ? { data: null, errors: [{ message, extensions }] } : { error: { message, ...extensions } },
    );
}
