/** The permission keys of domain model 10. */
export const PERMISSIONS = [
  'deployment.read',
  'deployment.logs.read',
  'deployment.inspect',
  'deployment.create',
  'deployment.promote',
  'deployment.rollback',
  'deployment.cancel',
  'record.write',
  'record.decommission',
  'artifact.read',
  'artifact.write',
  'environment.read',
  'environment.manage',
  'logicalEnvironment.read',
  'logicalEnvironment.manage',
  'variable.metadata.read',
  'variable.value.read',
  'variable.write',
  'snapshot.read',
  'snapshot.manage',
  'release.read',
  'release.create',
  'release.retry',
  'state.read',
  'intent.write',
  'intent.apply',
  'run.claim',
  'run.report',
  'webhook.manage',
  'organization.settings.read',
  'organization.settings.manage',
  'audit.read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

export const isPermission = (text: string): text is Permission =>
  (PERMISSIONS as readonly string[]).includes(text);
