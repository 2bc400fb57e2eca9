export { ARTIFACT_KINDS, type Artifact, type ArtifactKind, type EvidenceLevel } from './artifact.js';
export { ArtifactsModule } from './artifacts.module.js';
export { ArtifactsService } from './artifacts.service.js';
export {
  ARTIFACT_COLUMNS,
  ensureArtifacts,
  inheritEvidence,
  insertRefs,
  kindMismatch,
  setUnknownKinds,
} from './artifacts.store.js';
export { parseOciReference } from './oci-reference.js';
export { ArtifactKind as ArtifactKindEnum, ArtifactModel } from './graphql/artifacts.resolver.js';
