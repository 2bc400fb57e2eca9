import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ArtifactsModule } from '../artifacts/index.js';
import { PlacesModule } from '../environments/index.js';
import { DeploymentChanges } from './deployment-changes.js';
import { DeploymentsService } from './deployments.service.js';
import {
  ChangeFieldsResolver,
  DeploymentFieldsResolver,
  RecordFieldsResolver,
} from './graphql/deployment-fields.resolver.js';
import { DeploymentsResolver } from './graphql/deployments.resolver.js';
import {
  ArtifactDeploymentsResolver,
  EnvironmentDeploymentsResolver,
  LogicalEnvironmentDeploymentsResolver,
} from './graphql/place-deployments.resolver.js';
import { RecordLane } from './record-lane.js';

@Module({
  imports: [AccessModule, PlacesModule, ArtifactsModule],
  providers: [
    RecordLane,
    DeploymentsService,
    DeploymentChanges,
    DeploymentsResolver,
    DeploymentFieldsResolver,
    RecordFieldsResolver,
    ChangeFieldsResolver,
    EnvironmentDeploymentsResolver,
    LogicalEnvironmentDeploymentsResolver,
    ArtifactDeploymentsResolver,
  ],
  exports: [DeploymentsService, DeploymentChanges],
})
export class DeploymentsModule {}
