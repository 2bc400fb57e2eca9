import type { FastifyInstance } from 'fastify';
import type { Logger } from '../platform/index.js';

/** One line a request: at `info` when it failed on our side, at `debug` otherwise, since heartbeats are many. */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    const level = reply.statusCode >= 500 ? 'info' : 'debug';
    if (logger.isLevelEnabled(level))
      logger[level]({
        'request.id': request.id,
        'http.method': request.method,
        'http.path': request.url.split('?', 1)[0],
        'http.status': reply.statusCode,
        'http.duration_ms': Math.round(reply.elapsedTime * 10) / 10,
      });
    done();
  });
}
