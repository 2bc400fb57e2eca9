import { Module } from '@nestjs/common';
import { ArtifactsModule } from '../artifacts/index.js';
import { ProjectsModule } from '../projects/index.js';
import { EvidenceService } from './evidence.service.js';
import {
  ArtifactEvidenceResolver,
  AttestationFieldsResolver,
  BuildRunFieldsResolver,
  WorkflowFieldsResolver,
} from './graphql/evidence-fields.resolver.js';
import { EvidenceResolver } from './graphql/evidence.resolver.js';

@Module({
  imports: [ProjectsModule, ArtifactsModule],
  providers: [
    EvidenceService,
    EvidenceResolver,
    AttestationFieldsResolver,
    BuildRunFieldsResolver,
    WorkflowFieldsResolver,
    ArtifactEvidenceResolver,
  ],
  exports: [EvidenceService],
})
export class EvidenceModule {}
