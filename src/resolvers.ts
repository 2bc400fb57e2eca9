import { AccessResolver } from './access/graphql/access.resolver.js';
import { ArtifactRefsResolver, ArtifactsResolver } from './artifacts/graphql/artifacts.resolver.js';
import {
  ChangeFieldsResolver,
  DeploymentFieldsResolver,
  RecordFieldsResolver,
} from './deployments/graphql/deployment-fields.resolver.js';
import { DeploymentsResolver } from './deployments/graphql/deployments.resolver.js';
import {
  ArtifactDeploymentsResolver,
  EnvironmentDeploymentsResolver,
  LogicalEnvironmentDeploymentsResolver,
} from './deployments/graphql/place-deployments.resolver.js';
import { EnvironmentsResolver } from './environments/graphql/environments.resolver.js';
import {
  ArtifactEvidenceResolver,
  AttestationFieldsResolver,
  BuildRunFieldsResolver,
  WorkflowFieldsResolver,
} from './evidence/graphql/evidence-fields.resolver.js';
import { EvidenceResolver } from './evidence/graphql/evidence.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { ProjectsResolver } from './projects/graphql/projects.resolver.js';

/** Every resolver, for printing the schema; a test holds it against the schema that the application serves. */
export const RESOLVERS: Function[] = [
  NodeResolver,
  AccessResolver,
  EnvironmentsResolver,
  ProjectsResolver,
  ArtifactsResolver,
  ArtifactRefsResolver,
  EvidenceResolver,
  AttestationFieldsResolver,
  BuildRunFieldsResolver,
  WorkflowFieldsResolver,
  ArtifactEvidenceResolver,
  DeploymentsResolver,
  DeploymentFieldsResolver,
  RecordFieldsResolver,
  ChangeFieldsResolver,
  EnvironmentDeploymentsResolver,
  LogicalEnvironmentDeploymentsResolver,
  ArtifactDeploymentsResolver,
];
