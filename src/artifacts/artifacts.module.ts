import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ArtifactsService } from './artifacts.service.js';
import { ArtifactRefsResolver, ArtifactsResolver } from './graphql/artifacts.resolver.js';

@Module({
  imports: [AccessModule],
  providers: [ArtifactsService, ArtifactsResolver, ArtifactRefsResolver],
  exports: [ArtifactsService],
})
export class ArtifactsModule {}
