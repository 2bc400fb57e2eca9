import { Module } from '@nestjs/common';
import { EnvironmentsResolver } from './graphql/environments.resolver.js';
import { PlacesService } from './places.service.js';

@Module({ providers: [PlacesService, EnvironmentsResolver], exports: [PlacesService] })
export class PlacesModule {}
