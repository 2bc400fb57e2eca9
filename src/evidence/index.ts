export type { Attestation, BuildRun, Workflow } from './attestation.js';
export { EvidenceModule } from './evidence.module.js';
export { EvidenceService } from './evidence.service.js';
export { pushPayload } from './push-payload.js';
export { MAX_BYTES as MAX_ATTESTATION_BYTES } from './bounded-json.js';
