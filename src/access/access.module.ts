import { Module } from '@nestjs/common';
import { AccessService } from './access.service.js';
import { AccessResolver } from './graphql/access.resolver.js';

@Module({ providers: [AccessService, AccessResolver], exports: [AccessService] })
export class AccessModule {}
