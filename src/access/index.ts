export { AccessService, auditEvent } from './access.service.js';
export { AccessModule } from './access.module.js';
export { require, type Actor, type ActorType, type Reporter } from './actor.js';
export { mutate } from './mutation.js';
export type { ApiToken, AttestationRequirement, Organization } from './organization.js';
export type { Principal } from './access.queries.js';
export { PERMISSIONS, type Permission } from './permissions.js';
export { TOKEN_PREFIX } from './token.js';
export { ActorModel, ApiTokenModel, OrganizationModel } from './graphql/access.models.js';
