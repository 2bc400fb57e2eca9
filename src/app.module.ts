import { Module, type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyRequest } from 'fastify';
import { AccessModule, AccessService } from './access/index.js';
import { ArtifactsModule } from './artifacts/index.js';
import { DeploymentsModule } from './deployments/index.js';
import { PlacesModule } from './environments/index.js';
import { EvidenceModule } from './evidence/index.js';
import { graphqlOptions } from './graphql/options.js';
import { NodeResolver } from './node.resolver.js';
import { LOGGER, PlatformModule, type Logger } from './platform/index.js';
import { ProjectsModule } from './projects/index.js';
import { AttestationsController } from './rest/attestations.controller.js';
import { actorOf, authenticate, requestIdOf } from './rest/authenticate.js';
import { HealthController } from './rest/health.controller.js';

/** The modules in dependency order: each imports only those before it. */
@Module({})
export class AppModule {
  static with(parts: Parameters<typeof PlatformModule.with>[0]): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(parts),
        GraphQLModule.forRootAsync<MercuriusDriverConfig>({
          driver: MercuriusDriver,
          imports: [AccessModule],
          inject: [AccessService, LOGGER],
          useFactory: (access: AccessService, logger: Logger) =>
            graphqlOptions({
              logger,
              actorOf: (request: FastifyRequest) => actorOf(request),
              authenticate: (headers) => authenticate(access, headers, requestIdOf(headers)),
            }),
        }),
        AccessModule,
        PlacesModule,
        ProjectsModule,
        ArtifactsModule,
        EvidenceModule,
        DeploymentsModule,
      ],
      controllers: [HealthController, AttestationsController],
      providers: [NodeResolver],
    };
  }
}
