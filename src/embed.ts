import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { randomUUID } from 'node:crypto';
import { AccessService, type Actor } from './access/index.js';
import { ArtifactsService } from './artifacts/index.js';
import { bootstrap } from './bootstrap.js';
import { closeApp, createApp } from './create-app.js';
import { DeploymentsService } from './deployments/index.js';
import { PlacesService } from './environments/index.js';
import { EvidenceService } from './evidence/index.js';
import { createContext, formatErrors } from './graphql/index.js';
import { createLogger, readConfig, type Config } from './platform/index.js';
import { startEmbeddedPostgres } from './platform/embedded-postgres.js';
import { migrate } from './platform/migrate.js';

export interface Registry {
  services: {
    access: AccessService;
    places: PlacesService;
    artifacts: ArtifactsService;
    evidence: EvidenceService;
    deployments: DeploymentsService;
  };
  /** Runs a GraphQL document as the holder of `token`; never rejects, errors have the form they have over HTTP. */
  execute(source: string, variables?: Record<string, unknown>, token?: string): Promise<ExecutionResult>;
  /** The actor that a token stands for; UNAUTHENTICATED when it stands for none. */
  actor(token: string): Promise<Actor>;
  /** The admin token, when this call made the organization; else null. */
  adminToken: string | null;
  app: NestFastifyApplication;
  close(): Promise<void>;
}

/**
 * The same application without a port. `databaseUrl` null = the embedded PostgreSQL in `dataDir`; other settings as in
 * docs/configuration.md, never read from the environment.
 */
export async function createRegistry(options: Partial<Config> = {}): Promise<Registry> {
  const config: Config = { ...readConfig({}), logLevel: 'silent', ...options };
  const postgres =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : null;
  const url = config.databaseUrl ?? (postgres as { url: string }).url;
  if (config.migrate === 'auto') await migrate(url);
  const logger = createLogger(config.logLevel);
  const app = await createApp(config, logger, { connectionString: url });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  let adminToken: string | null = null;
  await bootstrap(app, (secret) => (adminToken = secret));
  const access = app.get(AccessService);
  const actor = async (token: string): Promise<Actor> => ({
    ...(await access.authenticate(token)),
    requestId: randomUUID(),
    idempotencyKey: null,
  });
  return {
    services: {
      access,
      places: app.get(PlacesService),
      artifacts: app.get(ArtifactsService),
      evidence: app.get(EvidenceService),
      deployments: app.get(DeploymentsService),
    },
    execute: async (source, variables, token) => {
      let requestId = '';
      try {
        const context = createContext(await actor(token ?? adminToken ?? ''));
        requestId = context.actor.requestId;
        const http = app.getHttpAdapter().getInstance();
        return (await http.graphql(source, context as never, variables)) as ExecutionResult;
      } catch (error) {
        const originalError = error as Error;
        return formatErrors(
          { errors: [new GraphQLError(originalError.message, { originalError })] },
          logger,
          requestId,
        );
      }
    },
    actor,
    adminToken,
    app,
    close: async () => {
      await closeApp(app);
      await postgres?.stop();
    },
  };
}
