import { createHash } from 'node:crypto';
import { createRegistry, type Registry } from '../../src/embed.js';
import { Database, type Config } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** The whole application on a database of its own, listening on a free port of the loopback interface. */
export interface TestRegistry extends Registry {
  /** `http://127.0.0.1:PORT` */
  url: string;
  database: TestDatabase;
  /** The token of the all-powerful admin. */
  token: string;
  /** Makes a token with exactly these permissions. */
  tokenWith(permissions: string[], expiresAt?: string): Promise<string>;
}

/** Starts a registry; call `close` in `afterAll`. */
export async function startRegistry(options: Partial<Config> = {}): Promise<TestRegistry> {
  const database = await createTestDatabase();
  const registry = await createRegistry({
    databaseUrl: database.url,
    migrate: 'off',
    poolSize: 8,
    ...options,
  });
  await registry.app.listen(0, '127.0.0.1');
  const url = await registry.app.getUrl();
  const token = registry.adminToken as string;
  const { close } = registry;
  return Object.assign(registry, {
    url,
    database,
    token,
    tokenWith: async (permissions: string[], expiresAt?: string) => {
      const answer = await registry.execute(
        `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret userErrors { code message } } }`,
        { input: { name: permissions.join(' ') || 'none', permissions, expiresAt } },
        token,
      );
      const made = answer.data?.['createApiToken'] as { secret: string | null; userErrors: unknown[] };
      if (made.secret === null) throw new Error(JSON.stringify(made.userErrors));
      return made.secret;
    },
    close: async () => {
      await close();
      await database.drop();
    },
  });
}

/** POSTs a GraphQL document over HTTP, as a client would. */
export async function post(
  registry: { url: string },
  token: string | null,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<{
  status: number;
  data: any;
  errors: { message: string; extensions: Record<string, any> }[] | undefined;
}> {
  const response = await fetch(`${registry.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as { data: any; errors: any }) };
}

/** A second server on the same database, as a second process would be. It does not drop the database. */
export async function startPeer(
  registry: TestRegistry,
  options: Partial<Config> = {},
): Promise<Registry & { url: string }> {
  const peer = await createRegistry({
    databaseUrl: registry.database.url,
    migrate: 'off',
    poolSize: 8,
    ...options,
  });
  await peer.app.listen(0, '127.0.0.1');
  return Object.assign(peer, { url: await peer.app.getUrl() });
}

/** A second organization in the same database, made of the pieces the first start uses; answers its admin token. */
export const addOrganization = (registry: TestRegistry, slug: string): Promise<string> =>
  registry.app.get(Database).transaction(async (tx) => {
    const { access, places, evidence } = registry.services;
    const { organizationId, secret } = await access.createOrganization(tx, slug);
    await places.seed(tx, organizationId);
    await evidence.seed(tx, organizationId);
    return secret;
  });

let digests = 0;
/** A digest that nobody used before. */
export const newDigest = (): string =>
  `sha256:${createHash('sha256').update(`${process.pid} ${digests++}`).digest('hex')}`;

export const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');

/** An unsigned in-toto statement that names the digests; it counts as EXISTS. */
export const statement = (names: string[], more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: names.map((digest) => {
      const [algorithm = '', hex = ''] = digest.split(':');
      return { name: 'thing', digest: { [algorithm]: hex } };
    }),
    predicateType: 'https://example.com/made/v1',
    predicate: {},
    ...more,
  });

export interface Pushed {
  results: { index: number; created: boolean; attestation: any; error: UserError | null }[];
  userErrors: UserError[];
}

export interface UserError {
  code: string;
  message: string;
  field: string[] | null;
  hint: string | null;
  details: any;
}

const ERRORS = 'userErrors { code message field hint details }';

/** Pushes the bytes of a file over HTTP; throws on a top-level error. */
export async function push(
  registry: { url: string },
  token: string,
  content: string | Uint8Array,
): Promise<Pushed> {
  const { data, errors } = await post(
    registry,
    token,
    `mutation ($input: PushAttestationInput!) { pushAttestation(input: $input) { results { index created
       attestation { id verdict reason envelopeDigest } error { code message } } ${ERRORS} } }`,
    { input: { content: base64(content) } },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data.pushAttestation;
}

/** `count` new digests that are attested (EXISTS). */
export async function attested(registry: { url: string }, token: string, count = 1): Promise<string[]> {
  const made = Array.from({ length: count }, newDigest);
  const { results } = await push(registry, token, statement(made));
  if (results[0]?.attestation?.verdict !== 'UNVERIFIED') throw new Error(JSON.stringify(results));
  return made;
}

const RECORD = `id seq status origin artifact { digest } ociRef deployedAt lastSeenAt seenCount endedAt endReason
  environmentName logicalEnvironmentName supersededBy { id } deployment { id name kind } reportedBy { name }`;

export interface Answer {
  outcome: string | null;
  record: any;
  userErrors: UserError[];
  /** The code of the refusal; null = it was not refused. */
  code: string | null;
}

/** `recordDeployment` with kind FILE unless it is given; throws on a top-level error. */
export const record = (
  registry: { url: string },
  token: string,
  input: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  answerOf(
    registry,
    token,
    'recordDeployment',
    `mutation ($input: RecordDeploymentInput!) { recordDeployment(input: $input) { outcome record { ${RECORD} } ${ERRORS} } }`,
    { kind: 'FILE', ...input },
    headers,
  );

/** `decommissionDeployment` with kind FILE unless it is given; throws on a top-level error. */
export const decommission = (
  registry: { url: string },
  token: string,
  input: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  answerOf(
    registry,
    token,
    'decommissionDeployment',
    `mutation ($input: DecommissionDeploymentInput!) { decommissionDeployment(input: $input) { outcome record { ${RECORD} } ${ERRORS} } }`,
    { kind: 'FILE', ...input },
    headers,
  );

async function answerOf(
  registry: { url: string },
  token: string,
  mutation: string,
  query: string,
  input: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<Answer> {
  const { data, errors } = await post(registry, token, query, { input }, headers);
  if (errors) throw new Error(JSON.stringify(errors));
  return { ...data[mutation], code: data[mutation].userErrors[0]?.code ?? null };
}

/** `recordDeployments`, each with kind FILE unless it is given. */
export async function recordMany(
  registry: { url: string },
  token: string,
  records: Record<string, unknown>[],
  headers: Record<string, string> = {},
): Promise<{ results: Answer[]; userErrors: UserError[] }> {
  const { data, errors } = await post(
    registry,
    token,
    `mutation ($input: RecordDeploymentsInput!) { recordDeployments(input: $input) { ${ERRORS}
       results { outcome record { ${RECORD} } ${ERRORS} } } }`,
    { input: { records: records.map((each) => ({ kind: 'FILE', ...each })) } },
    headers,
  );
  if (errors) throw new Error(JSON.stringify(errors));
  const { results, userErrors } = data.recordDeployments;
  return {
    userErrors,
    results: results.map((each: Answer) => ({ ...each, code: each.userErrors[0]?.code ?? null })),
  };
}

/** The whole history of what matches the filter, newest first. */
export async function history(
  registry: { url: string },
  token: string,
  filter: Record<string, unknown>,
): Promise<any[]> {
  const { data, errors } = await post(
    registry,
    token,
    `query ($filter: DeploymentRecordFilter) { deploymentRecords(filter: $filter, first: 500) { nodes { ${RECORD} } } }`,
    { filter: { statuses: ['DEPLOYED', 'SUPERSEDED', 'DECOMMISSIONED'], ...filter } },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data.deploymentRecords.nodes;
}

/** `seconds` from now, RFC 3339; negative = ago. */
export const fromNow = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
