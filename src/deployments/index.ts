export type { Deployment, DeploymentRecord } from './deployment.js';
export { DeploymentChanges, type DeploymentChange } from './deployment-changes.js';
export { DeploymentsModule } from './deployments.module.js';
export { DeploymentsService } from './deployments.service.js';
export type { RecordInput } from './record-request.js';
