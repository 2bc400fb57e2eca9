// The parts of the API's types that commands read; `test/cli/operations.test.ts` checks the documents themselves.

export interface Named {
  name: string;
}

export interface Actor extends Named {
  type: string;
}

export interface Environment extends Named {
  id: string;
  type: string;
  description: string | null;
  state: string;
  builtIn: boolean;
  createdAt: string;
  archivedAt: string | null;
  activeCount: number;
}

export interface LogicalEnvironment extends Named {
  id: string;
  description: string | null;
  attributes: Record<string, string>;
  state: string;
  createdAt: string;
  activeCount: number;
}

export interface DeploymentRecord {
  id: string;
  status: string;
  origin: string;
  ociRef: string | null;
  seq: number;
  deployedAt: string;
  lastSeenAt: string;
  seenCount: number;
  endedAt: string | null;
  endReason: string | null;
  staleSince: string | null;
  environmentName: string;
  logicalEnvironmentName: string;
  deployment: { id: string; name: string; kind: string };
  artifact: { digest: string; name: string | null; version: string | null; evidence: string };
  reportedBy: Actor;
}

export interface Deployment extends Named {
  id: string;
  kind: string;
  environment: Named;
  logicalEnvironment: Named;
  createdAt: string;
}

export interface BuildRun {
  id: string;
  workflow: { name: string; source: string };
  runId: string | null;
  runAttempt: number | null;
  runUrl: string | null;
  sourceRepo: string | null;
  sourceRef: string | null;
  sourceCommit: string | null;
  workflowPath: string | null;
  trigger: string | null;
  confirmed: boolean;
}

export interface Signer {
  identity: string | null;
  issuer: string | null;
  keyId: string | null;
  keyFingerprint: string | null;
}

export interface Attestation {
  id: string;
  format: string;
  predicateType: string | null;
  envelopeDigest: string;
  sizeBytes: number;
  verdict: string;
  reason: string | null;
  policy: string;
  verifiedAt: string | null;
  trustedRoot: string | null;
  signer: Signer | null;
  signedAt: string | null;
  subjects: { name: string | null; digest: Record<string, string> }[];
  buildRun: BuildRun | null;
  mismatches: { field: string; claimed: string | null; certified: string | null }[];
  createdAt: string;
}

export interface Organization extends Named {
  id: string;
  slug: string;
  requireAttestation: boolean;
  attestationRequirement: string;
  createLogicalEnvironments: boolean;
  createEnvironments: boolean;
}

export interface ApiToken extends Named {
  id: string;
  prefix: string;
  permissions: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export interface TrustedRoot extends Named {
  id: string;
  kind: string;
  builtIn: boolean;
  tlogThreshold: number;
  ctlogThreshold: number;
  timestampThreshold: number;
  createdAt: string;
}
