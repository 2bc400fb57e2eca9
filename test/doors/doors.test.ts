import { afterAll, beforeAll, expect, test } from 'vitest';
import { RollcallError } from '../../src/platform/index.js';
import {
  attested,
  base64,
  fromNow,
  newDigest,
  post,
  record,
  startRegistry,
  statement,
  type TestRegistry,
} from '../support/registry.js';

let registry: TestRegistry;
let token: string;
let weak: string;
let chart: string;
let file: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
  weak = await registry.tokenWith(['environment.read']);
  [chart, file] = (await attested(registry, token, 2)) as [string, string];
  await record(registry, token, { name: 'known', kind: 'HELM_CHART', digest: chart });
  await record(registry, token, { name: 'running', digest: file });
});
afterAll(() => registry.close());

/** One call, told to each door in its own words. */
interface Case {
  title: string;
  code: string | null;
  root: string;
  document: string;
  input: () => unknown;
  direct: (services: TestRegistry['services'], actor: any, input: any) => Promise<unknown>;
  secret?: () => string;
}

const mutation = (root: string, result: string): string =>
  `mutation ($input: ${root[0]?.toUpperCase()}${root.slice(1)}Input!) { ${root}(input: $input) { ${result} userErrors { code } } }`;
const RECORD = {
  root: 'recordDeployment',
  document: mutation('recordDeployment', 'outcome'),
  direct: ((s, a, i) => s.deployments.record(a, i)) as Case['direct'],
};
const END = {
  root: 'decommissionDeployment',
  document: mutation('decommissionDeployment', 'outcome'),
  direct: ((s, a, i) => s.deployments.decommission(a, i)) as Case['direct'],
};
const FILE = { name: 'running', kind: 'FILE' };

const CASES: Case[] = [
  { ...RECORD, title: 'a good record', code: null, input: () => ({ ...FILE, digest: file }) },
  {
    ...RECORD,
    title: 'a bad digest',
    code: 'INVALID_DIGEST',
    input: () => ({ ...FILE, digest: 'sha256:1' }),
  },
  {
    ...RECORD,
    title: 'a bad name',
    code: 'INVALID_NAME',
    input: () => ({ ...FILE, name: 'a\u0000', digest: file }),
  },
  {
    ...RECORD,
    title: 'a bad Environment name',
    code: 'INVALID_NAME',
    input: () => ({ ...FILE, environment: 'A', digest: file }),
  },
  {
    ...RECORD,
    title: 'an unknown artifact',
    code: 'ARTIFACT_NOT_FOUND',
    input: () => ({ ...FILE, digest: newDigest() }),
  },
  {
    ...RECORD,
    title: 'an unknown Environment',
    code: 'ENVIRONMENT_NOT_FOUND',
    input: () => ({ ...FILE, environment: 'nope', digest: file }),
  },
  {
    ...RECORD,
    title: 'another kind',
    code: 'ARTIFACT_KIND_MISMATCH',
    input: () => ({ ...FILE, digest: chart }),
  },
  {
    ...RECORD,
    title: 'the future',
    code: 'OBSERVED_AT_IN_FUTURE',
    input: () => ({ ...FILE, digest: file, observedAt: fromNow(3600) }),
  },
  {
    ...RECORD,
    title: 'a heartbeat of nothing',
    code: 'DEPLOYMENT_NOT_FOUND',
    input: () => ({ ...FILE, name: 'nope', digest: file, mode: 'HEARTBEAT' }),
  },
  {
    ...RECORD,
    title: 'a reference that disagrees',
    code: 'INVALID_REFERENCE',
    input: () => ({ ...FILE, digest: file, ociRef: `x@${chart}` }),
  },
  {
    ...RECORD,
    title: 'no permission to record',
    code: 'FORBIDDEN',
    input: () => ({ ...FILE, digest: file }),
    secret: () => weak,
  },
  {
    ...RECORD,
    title: 'no token',
    code: 'UNAUTHENTICATED',
    input: () => ({ ...FILE, digest: file }),
    secret: () => 'rollcall_nobody',
  },
  {
    ...END,
    title: 'decommission of a digest that never ran',
    code: 'RECORD_NOT_FOUND',
    input: () => ({ ...FILE, digest: chart }),
  },
  {
    ...END,
    title: 'decommission of nothing',
    code: 'DEPLOYMENT_NOT_FOUND',
    input: () => ({ ...FILE, name: 'nope', digest: file }),
  },
  {
    ...END,
    title: 'no permission to decommission',
    code: 'FORBIDDEN',
    input: () => ({ ...FILE, digest: file }),
    secret: () => weak,
  },
  {
    title: '600 records',
    code: 'BATCH_TOO_LARGE',
    root: 'recordDeployments',
    document: mutation('recordDeployments', 'results { outcome }'),
    input: () => ({ records: Array(600).fill({ ...FILE, digest: file }) }),
    direct: (s, a, i) => s.deployments.recordMany(a, i.records),
  },
  {
    title: 'an Environment that exists',
    code: 'ENVIRONMENT_EXISTS',
    root: 'createEnvironment',
    document: mutation('createEnvironment', 'environment { id }'),
    input: () => ({ name: 'default' }),
    direct: (s, a, i) => s.places.createEnvironment(a, { type: 'CUSTOM', description: null, ...i }),
  },
  {
    title: 'the built-in Environment',
    code: 'ENVIRONMENT_BUILT_IN',
    root: 'archiveEnvironment',
    document: mutation('archiveEnvironment', 'environment { id }'),
    input: () => ({ name: 'default', detachRecords: true }),
    direct: (s, a, i) => s.deployments.archiveEnvironment(a, i),
  },
  {
    title: 'junk as an attestation',
    code: 'INVALID_ATTESTATION',
    root: 'pushAttestation',
    document: mutation('pushAttestation', 'results { index }'),
    input: () => ({ content: base64('junk') }),
    direct: (s, a) => s.evidence.push(a, { bytes: Buffer.from('junk'), name: null, kind: null }),
  },
  {
    title: 'an attestation',
    code: null,
    root: 'pushAttestation',
    document: mutation('pushAttestation', 'results { index }'),
    input: () => ({ content: base64(statement([chart])) }),
    direct: (s, a, i) =>
      s.evidence.push(a, { bytes: Buffer.from(i.content, 'base64'), name: null, kind: null }),
  },
  {
    title: 'an unknown token',
    code: 'TOKEN_NOT_FOUND',
    root: 'revokeApiToken',
    document: mutation('revokeApiToken', 'apiToken { id }'),
    input: () => ({ id: 'tok_none' }),
    direct: (s, a, i) => s.access.revokeToken(a, i.id),
  },
  {
    title: 'a page of 501',
    code: 'BAD_REQUEST',
    root: 'deploymentRecords',
    document: 'query ($input: Int!) { deploymentRecords(first: $input) { nodes { id } } }',
    input: () => 501,
    direct: (s, a, i) =>
      s.deployments.records(a, {}, { field: 'DEPLOYED_AT', direction: 'DESC' }, { first: i }),
  },
  {
    title: 'a digest that is none',
    code: 'BAD_REQUEST',
    root: 'artifact',
    document: 'query ($input: String!) { artifact(digest: $input) { id } }',
    input: () => 'nonsense',
    direct: (s, a, i) => s.artifacts.artifact(a, i),
  },
];

const codeOf = (
  root: string,
  { data, errors }: { data?: any; errors?: readonly any[] | undefined },
): string | null => errors?.[0]?.extensions?.code ?? data?.[root]?.userErrors?.[0]?.code ?? null;

test.each(CASES)(
  'every door answers the same: $title → $code',
  async ({ code, root, document, input, direct, secret }) => {
    const by = secret?.() ?? token;
    const variables = { input: input() };
    const overHttp = codeOf(root, await post(registry, by, document, variables));
    const embedded = codeOf(root, await registry.execute(document, variables, by));
    const service = await (async () =>
      direct(registry.services, await registry.actor(by), variables.input))().then(
      () => null,
      (error: unknown) => (error instanceof RollcallError ? error.code : String(error)),
    );
    expect({ overHttp, embedded, service }).toEqual({ overHttp: code, embedded: code, service: code });
  },
);

test('a document that does not fit the schema is the same bad request over HTTP and embedded', async () => {
  for (const document of [
    '{ nothing }',
    '{',
    '',
    'query a { viewer { serverVersion } } query b { viewer { serverVersion } }',
  ])
    for (let i = 0; i < 3; i++) {
      const overHttp = await post(registry, token, document);
      const embedded = await registry.execute(document, {}, token);
      expect([codeOf('', overHttp), codeOf('', embedded)], document).toEqual(['BAD_REQUEST', 'BAD_REQUEST']);
    }
});

test('answers of success are the same over HTTP and embedded', async () => {
  const document =
    '{ deploymentRecords { totalCount nodes { id deployment { environment { name } } artifact { digest } } } viewer { permissions } }';
  for (let i = 0; i < 3; i++) {
    const overHttp = await post(registry, token, document);
    const embedded = await registry.execute(document, {}, token);
    expect(JSON.parse(JSON.stringify(embedded.data))).toEqual(overHttp.data);
  }
});
