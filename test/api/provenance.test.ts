import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixture } from '../evidence/fixtures.js';
import {
  attested,
  newDigest,
  post,
  push,
  record,
  startRegistry,
  statement,
  type TestRegistry,
} from '../support/registry.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

const DELEGATOR = fixture('attestations/files/slsa-delegator-v1.9.0.build.slsa');
const DELEGATED = 'sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
const PROVENANCE = fixture('attestations/files/sgo--bundle-provenance.json');
const PUBLISH = fixture('attestations/files/sgo--bundle-publish.json');
const SIGSTORE_JS =
  'sha512:76176ffa33808b54602c7c35de5c6e9a4deb96066dba6533f50ac234f4f1f4c6b3527515dc17c06fbe2860030f410eee69ea20079bd3a2c6f3dcf3b329b10751';
const FORGED = fixture('attestations/files/conformance-dsse-mismatch-sig_fail.json');
const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A statement such as Chainloop makes, unsigned. */
const chainloop = (digest: string, more: Record<string, unknown> = {}): string =>
  statement([digest], {
    predicateType: 'chainloop.dev/attestation/v0.2',
    predicate: {
      buildType: 'chainloop.dev/workflowrun/v0.1',
      builder: { id: 'chainloop.dev/cli/1.0.0@sha256:1' },
      metadata: {
        name: 'build',
        workflowName: 'build',
        project: 'shop',
        projectVersion: 'v1.2.3',
        workflowRunID: digest.slice(7, 20),
        initializedAt: '2026-01-01T00:00:00Z',
        ...more,
      },
      runnerURL: 'https://github.com/shop/web/actions/runs/42',
      env: { GITHUB_REPOSITORY: 'shop/web', GITHUB_REF: 'refs/heads/main' },
    },
  });

const organization = (input: Record<string, unknown>) =>
  post(
    registry,
    token,
    'mutation ($i: UpdateOrganizationInput!) { updateOrganization(input: $i) { userErrors { code } } }',
    { i: input },
  );
beforeEach(() => organization({ requireAttestation: true, attestationRequirement: 'EXISTS' }));

test('H4 H5 H6 H7 one query leads from a record to artifact, attestation, build run, workflow and commit', async () => {
  await push(registry, token, DELEGATOR);
  const made = await record(registry, token, { name: 'h4', digest: DELEGATED });
  const { data, errors } = await post(
    registry,
    token,
    `query ($id: ID!) { node(id: $id) { ... on DeploymentRecord { artifact { digest evidence
       attestations { verdict reason predicateType format envelopeDigest sizeBytes signer { kind issuer identity } subjects { name digest } artifacts { digest } trustedRoot buildRun { id } }
       buildRuns { confirmed mapper runUrl sourceRepo sourceCommit sourceRef trigger attestations { id } workflow { name source buildRuns { id } } }
       workflows { name source } records { totalCount } } } } }`,
    { id: made.record.id },
  );
  expect(errors).toBeUndefined();
  const { artifact } = data.node;
  expect(artifact).toMatchObject({ digest: DELEGATED, evidence: 'VERIFIED', records: { totalCount: 1 } });
  expect(artifact.attestations).toMatchObject([
    {
      verdict: 'VERIFIED',
      reason: null,
      predicateType: 'https://slsa.dev/provenance/v1',
      sizeBytes: DELEGATOR.length,
      envelopeDigest: sha256(DELEGATOR),
      signer: { kind: 'CERTIFICATE', issuer: 'https://token.actions.githubusercontent.com' },
      subjects: [{ digest: { sha256: DELEGATED.slice(7) } }],
      artifacts: [{ digest: DELEGATED }],
    },
  ]);
  expect(artifact.buildRuns).toMatchObject([
    {
      confirmed: true,
      runUrl: 'https://github.com/slsa-framework/example-package/actions/runs/5947345503/attempts/1',
      sourceRepo: 'https://github.com/slsa-framework/example-package',
      sourceCommit: '2bcaa7495e1cbd11fbd4f598d857b3a6f18df933',
      attestations: [{}],
      workflow: { buildRuns: [{}] },
    },
  ]);
  expect(artifact.workflows).toEqual([
    { name: artifact.buildRuns[0].workflow.name, source: artifact.buildRuns[0].workflow.source },
  ]);
});

test('H6 an artifact leads to the project versions that its evidence names', async () => {
  const digest = newDigest();
  await push(registry, token, chainloop(digest));
  const ask = async (d: string): Promise<any> =>
    (
      await post(
        registry,
        token,
        `query ($d: String!) { artifact(digest: $d) { projectVersions { id name project { id slug } }
        attestations { projectVersion { name } } buildRuns { confirmed sourceRepo runUrl } } }`,
        { d },
      )
    ).data.artifact;
  const artifact = await ask(digest);
  expect(artifact).toMatchObject({
    projectVersions: [{ name: 'v1.2.3', project: { slug: 'shop' } }],
    attestations: [{ projectVersion: { name: 'v1.2.3' } }],
    buildRuns: [
      {
        confirmed: false,
        sourceRepo: 'https://github.com/shop/web',
        runUrl: 'https://github.com/shop/web/actions/runs/42',
      },
    ],
  });
  const second = newDigest();
  await push(registry, token, chainloop(second));
  expect((await ask(second)).projectVersions).toEqual(artifact.projectVersions);
});

test('H6 what only a forged attestation claims is linked to nothing', async () => {
  const { results } = await push(registry, token, fixture('attestations/files/chainloop--full.json'));
  const verdict = results[0]?.attestation.verdict;
  expect(verdict).not.toBe('VERIFIED');
  await push(registry, token, FORGED);
  const { data } = await post(
    registry,
    token,
    `{ attestations(filter: { verdicts: [INVALID] }) { nodes { reason artifacts { digest evidence buildRuns { id } projectVersions { id } workflows { id } } } } }`,
  );
  expect(data.attestations.nodes.length).toBeGreaterThan(0);
  for (const { reason, artifacts } of data.attestations.nodes) {
    expect(reason).not.toBeNull();
    for (const artifact of artifacts)
      expect(artifact).toMatchObject({ evidence: 'NONE', buildRuns: [], projectVersions: [], workflows: [] });
  }
});

test('H4 by digest: where does this run', async () => {
  await push(registry, token, DELEGATOR);
  for (const logicalEnvironment of ['staging', 'production'])
    await record(registry, token, { name: 'where', digest: DELEGATED, logicalEnvironment });
  const { data } = await post(
    registry,
    token,
    `query ($d: String!) { artifact(digest: $d) { records { nodes { deployment { name logicalEnvironment { name } } } } } }`,
    { d: DELEGATED },
  );
  const where = data.artifact.records.nodes.map(
    (node: any) => `${node.deployment.name} ${node.deployment.logicalEnvironment.name}`,
  );
  expect(where).toEqual(expect.arrayContaining(['where staging', 'where production']));
});

test('pushing the same bytes again stores nothing twice', async () => {
  const content = Buffer.from(statement([newDigest()]));
  const first = await push(registry, token, content);
  const again = await push(registry, token, content);
  expect([first.results[0]?.created, again.results[0]?.created]).toEqual([true, false]);
  expect(again.results[0]?.attestation.id).toBe(first.results[0]?.attestation.id);
  const { rows } = await registry.database.pool.query(
    'select bytes from attestation_blob where sha256 = $1',
    [sha256(content).slice(7)],
  );
  expect(rows).toHaveLength(1);
  expect(rows[0].bytes.equals(content)).toBe(true);
});

test('the same bytes pushed 10 times at once are stored once', async () => {
  const digest = newDigest();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => push(registry, token, statement([digest]))),
  );
  expect(answers.filter((answer) => answer.results[0]?.created)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.results[0]?.attestation.id)).size).toBe(1);
});

test('a file of several attestations: one that cannot be read does not spoil the others', async () => {
  const [a, b] = [newDigest(), newDigest()];
  const { results } = await push(
    registry,
    token,
    `${statement([a])}\n{"nonsense":true}\n${statement([b])}\n`,
  );
  expect(results.map((result) => [result.index, result.created, result.error?.code ?? null])).toEqual([
    [0, true, null],
    [1, false, 'INVALID_ATTESTATION'],
    [2, true, null],
  ]);
  expect((await record(registry, token, { name: 'several', digest: b })).outcome).toBe('CREATED');
});

test('H35 requirement EXISTS: unattested and INVALID-only digests are refused, unsigned and VERIFIED ones pass', async () => {
  const [unsigned] = await attested(registry, token);
  await push(registry, token, FORGED);
  await push(registry, token, PROVENANCE);
  await push(registry, token, PUBLISH);
  const { data } = await post(
    registry,
    token,
    '{ attestations(filter: { verdicts: [INVALID] }) { nodes { artifacts { digest } } } }',
  );
  const invalid = data.attestations.nodes.flatMap((node: any) => node.artifacts)[0]?.digest;
  expect(invalid).toMatch(/^sha256:a0cfc7/);
  const code = async (digest: unknown, name: string, more = {}): Promise<string | null> =>
    (await record(registry, token, { name, digest, ...more })).code;
  expect(await code(newDigest(), 'req')).toBe('ARTIFACT_NOT_FOUND');
  const refused = await record(registry, token, { name: 'req', digest: invalid });
  expect(refused).toMatchObject({
    code: 'ARTIFACT_NOT_FOUND',
    userErrors: [{ details: { evidence: 'NONE', attestationRequirement: 'EXISTS' } }],
  });
  expect(await code(unsigned, 'req-unsigned')).toBeNull();
  expect(await code(SIGSTORE_JS, 'req-verified')).toBeNull();

  // The requirement holds for every later call, heartbeats too.
  await organization({ attestationRequirement: 'VERIFIED' });
  expect(await record(registry, token, { name: 'req-unsigned', digest: unsigned })).toMatchObject({
    code: 'ARTIFACT_NOT_FOUND',
    userErrors: [{ details: { evidence: 'EXISTS', attestationRequirement: 'VERIFIED' } }],
  });
  expect(await code(unsigned, 'req-unsigned', { mode: 'HEARTBEAT' })).toBe('ARTIFACT_NOT_FOUND');
  expect(await code(SIGSTORE_JS, 'req-verified')).toBeNull();
  expect(await code(invalid, 'req')).toBe('ARTIFACT_NOT_FOUND');

  await organization({ requireAttestation: false });
  expect(await code(unsigned, 'req-unsigned')).toBeNull();
  expect(await code(invalid, 'req-invalid')).toBeNull();
});

test('H35 with requireAttestation off an artifact must still be known: a digest is a fact of the store', async () => {
  await organization({ requireAttestation: false });
  expect((await record(registry, token, { name: 'unknown', digest: newDigest() })).code).toBe(
    'ARTIFACT_NOT_FOUND',
  );
});

test('attestations are found by digest, verdict and predicate type', async () => {
  const digest = newDigest();
  await push(registry, token, statement([digest], { predicateType: 'https://example.com/found/v1' }));
  const count = async (filter: Record<string, unknown>): Promise<number> =>
    (
      await post(
        registry,
        token,
        'query ($f: AttestationFilter) { attestations(filter: $f) { totalCount nodes { id } } }',
        { f: filter },
      )
    ).data.attestations.totalCount;
  expect(await count({ digests: [digest] })).toBe(1);
  expect(await count({ digests: [digest.toUpperCase().replace('SHA', 'sha')] })).toBe(1);
  expect(await count({ predicateTypes: ['https://example.com/found/v1'] })).toBe(1);
  expect(await count({ digests: [digest], verdicts: ['VERIFIED'] })).toBe(0);
  expect(await count({ digests: [newDigest()] })).toBe(0);
  expect(await count({ verdicts: [] })).toBe(0);
});

test('node finds everything that has an id, by its prefix', async () => {
  await push(registry, token, DELEGATOR);
  const digest = newDigest();
  await push(registry, token, chainloop(digest));
  const made = await record(registry, token, { name: 'nodes', digest });
  const { data } = await post(
    registry,
    token,
    `query ($d: String!) { viewer { token { id } } environment(name: "default") { id } logicalEnvironment(name: "production") { id }
       trustedRoots { id } artifact(digest: $d) { id attestations { id } buildRuns { id workflow { id } } projectVersions { id project { id } } } }`,
    { d: digest },
  );
  const { artifact } = data;
  const ids: [string, string][] = [
    ['ApiToken', data.viewer.token.id],
    ['Environment', data.environment.id],
    ['LogicalEnvironment', data.logicalEnvironment.id],
    ['TrustedRoot', data.trustedRoots[0].id],
    ['Artifact', artifact.id],
    ['Attestation', artifact.attestations[0].id],
    ['BuildRun', artifact.buildRuns[0].id],
    ['Workflow', artifact.buildRuns[0].workflow.id],
    ['ProjectVersion', artifact.projectVersions[0].id],
    ['Project', artifact.projectVersions[0].project.id],
    ['Deployment', made.record.deployment.id],
    ['DeploymentRecord', made.record.id],
  ];
  for (const [type, id] of ids)
    for (let i = 0; i < 3; i++) {
      const answer = await post(registry, token, 'query ($id: ID!) { node(id: $id) { __typename id } }', {
        id,
      });
      expect(answer.data, type).toEqual({ node: { __typename: type, id } });
    }
  for (const id of [
    '',
    'x',
    'rec_',
    'rec_short',
    'rec_00000000000000000000000000',
    'org_00000000000000000000000000',
    `${made.record.id}x`,
    '💥',
  ])
    expect(
      (await post(registry, token, 'query ($id: ID!) { node(id: $id) { id } }', { id })).data,
      id,
    ).toEqual({ node: null });
});
