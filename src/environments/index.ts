export { DEFAULT_ENVIRONMENT, isEnvironmentName, type Environment } from './environment.js';
export {
  DEFAULT_LOGICAL_ENVIRONMENT,
  isLogicalEnvironmentName,
  type LogicalEnvironment,
} from './logical-environment.js';
export { PlacesService } from './places.service.js';
export { PlacesModule } from './places.module.js';
export {
  EnvironmentModel,
  EnvironmentPayload,
  LogicalEnvironmentModel,
} from './graphql/environments.models.js';
