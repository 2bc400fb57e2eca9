import { afterAll, beforeAll, expect, test } from 'vitest';
import { post, type TestRegistry } from '../support/registry.js';
import { ALL_STATUSES as ALL, at, startHistory } from './reads-helpers.js';

let registry: TestRegistry;
let token: string;
let digests: string[];
beforeAll(async () => {
  ({ registry, digests } = await startHistory());
  token = registry.token;
});
afterAll(() => registry.close());

const FIELDS =
  'environmentName logicalEnvironmentName status deployedAt artifact { digest } deployment { name kind }';

const page = async (
  connection: string,
  variables: Record<string, unknown> = {},
  types = '',
): Promise<any> => {
  const { data, errors } = await post(
    registry,
    token,
    `query ${types && `(${types})`} { list: ${connection} }`,
    variables,
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data.list;
};

test('a Deployment is found by its key, with what is active and its whole history', async () => {
  const { data } = await post(
    registry,
    token,
    `{ found: deployment(environment: "east", name: "web", kind: FILE) { name kind environment { name } logicalEnvironment { name }
         active { artifact { digest } } records { totalCount nodes { status } } }
       ended: deployment(name: "web", kind: FILE) { active { id } records { nodes { status endReason } } }
       none: deployment(name: "web", kind: HELM_CHART) { id } }`,
  );
  expect(data).toEqual({
    found: {
      name: 'web',
      kind: 'FILE',
      environment: { name: 'east' },
      logicalEnvironment: { name: 'production' },
      active: { artifact: { digest: digests[1] } },
      records: { totalCount: 2, nodes: [{ status: 'DEPLOYED' }, { status: 'SUPERSEDED' }] },
    },
    ended: { active: null, records: { nodes: [{ status: 'DECOMMISSIONED', endReason: 'REPORTED' }] } },
    none: null,
  });
});

test('deployments are filtered by place, name, kind and whether something runs', async () => {
  const names = async (filter: Record<string, unknown>): Promise<string[]> =>
    (
      await page(
        'deployments(filter: $filter, first: 500) { nodes { name kind environment { name } logicalEnvironment { name } } }',
        { filter },
        '$filter: DeploymentFilter',
      )
    ).nodes.map((node: any) => `${node.environment.name} ${node.logicalEnvironment.name} ${node.name}`);
  expect((await names({ names: ['web'] })).sort()).toEqual([
    'default production web',
    'east production web',
    'east staging web',
  ]);
  expect(await names({ names: ['web'], active: false })).toEqual(['default production web']);
  expect((await names({ names: ['web'], active: true })).sort()).toEqual([
    'east production web',
    'east staging web',
  ]);
  expect(await names({ environments: ['east'], logicalEnvironments: ['staging'] })).toEqual([
    'east staging web',
  ]);
  expect(await names({ kinds: ['HELM_CHART'] })).toEqual(['default production chart']);
});

test('Environments and LogicalEnvironments are filtered by state and count what is active', async () => {
  await post(
    registry,
    token,
    'mutation { createEnvironment(input: { name: "gone" }) { userErrors { code } } }',
  );
  await post(
    registry,
    token,
    'mutation { archiveEnvironment(input: { name: "gone" }) { userErrors { code } } }',
  );
  const { data } = await post(
    registry,
    token,
    `{ active: environments(filter: { names: ["gone", "east"] }) { nodes { name activeCount } }
       archived: environments(filter: { states: [ARCHIVED] }) { nodes { name state activeCount } }
       both: environments(filter: { states: [ARCHIVED, ACTIVE], names: ["gone", "east"] }) { totalCount }
       stages: logicalEnvironments(filter: { names: ["staging", "production", "nope"] }) { nodes { name activeCount attributes } } }`,
  );
  expect(data).toEqual({
    active: { nodes: [{ name: 'east', activeCount: 2 }] },
    archived: { nodes: [{ name: 'gone', state: 'ARCHIVED', activeCount: 0 }] },
    both: { totalCount: 2 },
    stages: {
      nodes: [
        { name: 'production', activeCount: 2, attributes: {} },
        { name: 'staging', activeCount: 1, attributes: {} },
      ],
    },
  });
});

test('an answer is the same the first time, and when the compiled executor has taken over', async () => {
  const documents: [string, Record<string, unknown>][] = [
    [
      `query A($f: DeploymentRecordFilter) { deploymentRecords(filter: $f) { totalCount nodes { id staleSince ${FIELDS} supersededBy { id status } reportedBy { name type }
        deployment { id environment { id name type builtIn } logicalEnvironment { name attributes } active { id } records(first: 2) { totalCount nodes { id } } } }
        edges { cursor } pageInfo { hasNextPage endCursor } } }`,
      { f: { statuses: ALL, names: ['web', 'chart'] } },
    ],
    [
      'query B($d: String!) { artifact(digest: $d) { id digest kind evidence records(statuses: [DEPLOYED, SUPERSEDED, DECOMMISSIONED]) { totalCount nodes { id } } attestations { id verdict subjects { digest } } } }',
      { d: '' },
    ],
    [
      'query C { viewer { actor { name } permissions organization { slug staleAfterSeconds } token { name } } environments { totalCount nodes { name } } }',
      {},
    ],
    [
      'query D($n: String!, $at: DateTime) { deployment(name: $n, kind: FILE, environment: "east") { id active { deployedAt } } deploymentRecords(at: $at) { nodes { id } } }',
      { n: 'web', at: at(7) },
    ],
    [
      'query E { deployments(first: 3) { nodes { id name active { artifact { digest } } records { nodes { status } } } } nothing: environment(name: "nope") { id } }',
      {},
    ],
    [
      'mutation F($i: RecordDeploymentInput!) { recordDeployment(input: $i) { outcome userErrors { code field details } record { id } } }',
      { i: { name: 'x', kind: 'FILE', digest: 'bad' } },
    ],
    ['query G($first: Int) { deploymentRecords(first: $first) { nodes { id } } }', { first: 0 }],
    [
      'query H($f: DeploymentRecordFilter) { deploymentRecords(filter: $f) { totalCount } }',
      { f: { nonsense: 1 } },
    ],
    [
      'query I($f: DeploymentRecordFilter) { deploymentRecords(filter: $f) { totalCount } }',
      { f: { kinds: ['NONSENSE'] } },
    ],
    ['query J($at: DateTime) { deploymentRecords(at: $at) { totalCount } }', { at: 'nonsense' }],
    ['query K($n: String!) { environment(name: $n) { id } }', {}],
  ];
  for (const [query, variables] of documents) {
    const given = 'd' in variables ? { d: digests[0] } : variables;
    const answers = [];
    for (let i = 0; i < 4; i++) {
      const { status, data, errors } = await post(registry, token, query, given);
      answers.push({ status, data, codes: errors?.map((error) => error.extensions['code']) });
    }
    for (const answer of answers) expect(answer, query).toEqual(answers[0]);
  }
});
