import { afterAll, beforeAll, expect, test } from 'vitest';
import { attested, post, record, startRegistry, type TestRegistry } from '../support/registry.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

const everyKey = [
  'deployment.read',
  'record.write',
  'record.decommission',
  'artifact.read',
  'artifact.write',
  'environment.read',
  'environment.manage',
  'logicalEnvironment.read',
  'logicalEnvironment.manage',
  'organization.settings.read',
  'organization.settings.manage',
];
const D = `"sha256:${'0'.repeat(64)}"`;
const KEY = `name: "x" kind: FILE digest: ${D}`;
const GUARDED: [permission: string, document: string][] = [
  ['record.write', `mutation { recordDeployment(input: { ${KEY} }) { outcome } }`],
  [
    'record.write',
    `mutation { recordDeployments(input: { records: [{ ${KEY} }] }) { userErrors { code } } }`,
  ],
  ['record.decommission', `mutation { decommissionDeployment(input: { ${KEY} }) { outcome } }`],
  ['deployment.read', '{ deploymentRecords { nodes { id } } }'],
  ['deployment.read', '{ deployments { nodes { id } } }'],
  ['deployment.read', '{ deployment(name: "x", kind: FILE) { id } }'],
  ['deployment.read', '{ node(id: "dep_00000000000000000000000000") { id } }'],
  ['deployment.read', '{ node(id: "rec_00000000000000000000000000") { id } }'],
  ['artifact.read', `{ artifact(digest: ${D}) { id } }`],
  ['artifact.read', '{ attestations { nodes { id } } }'],
  ['artifact.read', '{ attestation(id: "att_00000000000000000000000000") { id } }'],
  ['artifact.read', '{ trustedRoots { id } }'],
  ['artifact.read', '{ node(id: "art_00000000000000000000000000") { id } }'],
  ['artifact.read', '{ node(id: "bld_00000000000000000000000000") { id } }'],
  ['artifact.read', '{ node(id: "wfl_00000000000000000000000000") { id } }'],
  ['artifact.read', '{ node(id: "trt_00000000000000000000000000") { id } }'],
  ['artifact.write', 'mutation { pushAttestation(input: { content: "e30=" }) { userErrors { code } } }'],
  ['artifact.write', 'mutation { registerArtifact(input: { manifest: "e30=" }) { userErrors { code } } }'],
  ['environment.read', '{ environments { nodes { id } } }'],
  ['environment.read', '{ environment(name: "default") { id } }'],
  ['environment.read', '{ node(id: "env_00000000000000000000000000") { id } }'],
  [
    'environment.manage',
    'mutation { createEnvironment(input: { name: "default" }) { userErrors { code } } }',
  ],
  ['environment.manage', 'mutation { updateEnvironment(input: { name: "nope" }) { userErrors { code } } }'],
  ['environment.manage', 'mutation { archiveEnvironment(input: { name: "nope" }) { userErrors { code } } }'],
  [
    'environment.manage',
    'mutation { unarchiveEnvironment(input: { name: "nope" }) { userErrors { code } } }',
  ],
  ['logicalEnvironment.read', '{ logicalEnvironments { nodes { id } } }'],
  ['logicalEnvironment.read', '{ logicalEnvironment(name: "production") { id } }'],
  ['logicalEnvironment.read', '{ node(id: "lenv_00000000000000000000000000") { id } }'],
  [
    'logicalEnvironment.manage',
    'mutation { createLogicalEnvironment(input: { name: "production" }) { userErrors { code } } }',
  ],
  [
    'logicalEnvironment.manage',
    'mutation { updateLogicalEnvironment(input: { name: "nope" }) { userErrors { code } } }',
  ],
  ['organization.settings.read', '{ apiTokens { nodes { id } } }'],
  ['organization.settings.read', '{ node(id: "tok_00000000000000000000000000") { id } }'],
  [
    'organization.settings.manage',
    'mutation { updateOrganization(input: { staleAfterSeconds: 259200 }) { userErrors { code } } }',
  ],
  [
    'organization.settings.manage',
    'mutation { createApiToken(input: { name: "", expiresAt: "2001-01-01T00:00:00Z" }) { userErrors { code } } }',
  ],
  [
    'organization.settings.manage',
    'mutation { revokeApiToken(input: { id: "nope" }) { userErrors { code } } }',
  ],
  [
    'organization.settings.manage',
    'mutation { addTrustedRoot(input: { name: "x", kind: PUBLIC_KEYS, content: "e30=" }) { userErrors { code } } }',
  ],
];

test('every permission key is enforced: FORBIDDEN at the top level without it, allowed with it alone', async () => {
  expect([...new Set(GUARDED.map(([permission]) => permission))].sort()).toEqual([...everyKey].sort());
  const tokens = new Map<string, { only: string; without: string }>();
  for (const key of everyKey)
    tokens.set(key, {
      only: await registry.tokenWith([key]),
      without: await registry.tokenWith(everyKey.filter((other) => other !== key)),
    });
  await Promise.all(
    GUARDED.map(async ([permission, document]) => {
      const { only, without } = tokens.get(permission) as { only: string; without: string };
      const refused = await post(registry, without, document);
      expect(refused.errors?.[0]?.extensions, document).toMatchObject({ code: 'FORBIDDEN', permission });
      expect((await post(registry, only, document)).errors, document).toBeUndefined();
    }),
  );
});

test('detachRecords decommissions, so it needs record.decommission too', async () => {
  const manager = await registry.tokenWith(['environment.manage']);
  const { errors } = await post(
    registry,
    manager,
    'mutation { archiveEnvironment(input: { name: "nope", detachRecords: true }) { userErrors { code } } }',
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'record.decommission' });
});

test('who may see a record sees what it links to; what those tell beyond it needs their own keys', async () => {
  const [digest] = await attested(registry, token);
  const writer = await registry.tokenWith(['record.write']);
  const reader = await registry.tokenWith(['deployment.read']);
  expect((await record(registry, writer, { name: 'linked', digest })).record.artifact.digest).toBe(digest);
  const ask = (fields: string) =>
    post(registry, reader, `{ deploymentRecords(filter: { names: ["linked"] }) { nodes { ${fields} } } }`);
  expect(
    (
      await ask(
        'artifact { digest } deployment { environment { name } logicalEnvironment { name } } reportedBy { name }',
      )
    ).errors,
  ).toBeUndefined();
  for (const field of [
    'attestations { id }',
    'buildRuns { id }',
    'workflows { id }',
    'projectVersions { id }',
    'refs { ociRef }',
    'platforms { id }',
    'indexes { id }',
  ])
    expect((await ask(`artifact { ${field} }`)).errors?.[0]?.extensions, field).toMatchObject({
      code: 'FORBIDDEN',
      permission: 'artifact.read',
    });
});
