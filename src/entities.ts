import { ApiTokenEntity } from './access/api-token.entity.js';
import { ArtifactEntity } from './artifacts/artifact.entity.js';
import { ArtifactPlatformEntity } from './artifacts/artifact-platform.entity.js';
import { ArtifactRefEntity } from './artifacts/artifact-ref.entity.js';
import { AttestationArtifactEntity } from './evidence/attestation-artifact.entity.js';
import { AttestationBlobEntity } from './evidence/attestation-blob.entity.js';
import { AttestationEntity } from './evidence/attestation.entity.js';
import { AttestationSubjectEntity } from './evidence/attestation-subject.entity.js';
import { BuildRunEntity } from './evidence/build-run.entity.js';
import { DeploymentEntity } from './deployments/deployment.entity.js';
import { DeploymentRecordEntity } from './deployments/deployment-record.entity.js';
import { EnvironmentEntity } from './environments/environment.entity.js';
import { EventEntity } from './platform/event.entity.js';
import { IdempotencyKeyEntity } from './platform/idempotency-key.entity.js';
import { LogicalEnvironmentEntity } from './environments/logical-environment.entity.js';
import { OrganizationEntity } from './access/organization.entity.js';
import { PrincipalEntity } from './access/principal.entity.js';
import { ProjectEntity } from './projects/project.entity.js';
import { ProjectVersionEntity } from './projects/project-version.entity.js';
import { TrustedRootEntity } from './evidence/trusted-root.entity.js';
import { WorkflowEntity } from './evidence/workflow.entity.js';

/** Every table but that of the migrations. A test holds the columns against the migrated database. */
export const ENTITIES: Function[] = [
  OrganizationEntity,
  PrincipalEntity,
  ApiTokenEntity,
  EnvironmentEntity,
  LogicalEnvironmentEntity,
  ProjectEntity,
  ProjectVersionEntity,
  ArtifactEntity,
  ArtifactPlatformEntity,
  ArtifactRefEntity,
  WorkflowEntity,
  BuildRunEntity,
  TrustedRootEntity,
  AttestationBlobEntity,
  AttestationEntity,
  AttestationSubjectEntity,
  AttestationArtifactEntity,
  DeploymentEntity,
  DeploymentRecordEntity,
  EventEntity,
  IdempotencyKeyEntity,
];
