import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import 'reflect-metadata';
import { AccessService } from './access/index.js';
import { AppModule } from './app.module.js';
import { InputRulesPipe } from './graphql/input-rules.pipe.js';
import { Database, EventWaker, nestLogger, type Config, type Logger } from './platform/index.js';
import { takeUploadsAsBytes } from './rest/attestations.controller.js';
import { authenticateRequests, requestIdOf } from './rest/authenticate.js';
import { answerTransportErrors, ErrorFilter } from './rest/error.filter.js';
import { logRequests } from './rest/request-log.js';

/** Puts the whole application together; it listens nowhere yet. `settings` say how to reach PostgreSQL. */
export async function createApp(
  config: Config,
  logger: Logger,
  settings: { connectionString: string },
): Promise<NestFastifyApplication> {
  const database = new Database({ ...settings, max: config.poolSize });
  const waker = new EventWaker(settings);
  const adapter = new FastifyAdapter({
    bodyLimit: config.bodyLimit,
    genReqId: (request: { headers: Record<string, unknown> }) => requestIdOf(request.headers),
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with({ config, logger, database, waker }),
    adapter,
    { logger: nestLogger(logger), bodyParser: true, abortOnError: false },
  );
  const fastify = adapter.getInstance();
  takeUploadsAsBytes(fastify as never);
  authenticateRequests(fastify as never, app.get(AccessService), logger);
  logRequests(fastify as never, logger);
  answerTransportErrors(fastify as never, logger);
  // Nest would set its own once the routes exist, which is too late for them.
  adapter.setErrorHandler = () => fastify;
  app.useGlobalFilters(new ErrorFilter(logger));
  app.useGlobalPipes(new InputRulesPipe());
  return app;
}

/** Lets running requests end, then the record lane, then lets go of the database. */
export async function closeApp(app: NestFastifyApplication): Promise<void> {
  await app.close();
  await app.get(EventWaker).close();
  await app.get(Database).close();
}
