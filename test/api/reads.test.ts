import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attested,
  decommission,
  fromNow,
  post,
  record,
  startRegistry,
  type TestRegistry,
} from '../support/registry.js';

const DAY = 86_400_000;
const T0 = Date.parse('2026-01-01T00:00:00.000Z');
const at = (days: number, ms = 0): string => new Date(T0 + days * DAY + ms).toISOString();

let registry: TestRegistry;
let token: string;
let digests: string[];

/**
 * One history for the whole file, days from 2026-01-01:
 *   east / production / web: a from 0, b from 10
 *   east / staging / web: b from 5
 *   default / production / web: a from 2 until 8 (decommissioned)
 *   default / production / chart (HELM_CHART): c from 3
 */
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
  await post(
    registry,
    token,
    'mutation { createEnvironment(input: { name: "east" }) { userErrors { code } } }',
  );
  digests = await attested(registry, token, 3);
  const [a, b, c] = digests;
  const east = { environment: 'east', name: 'web' };
  await record(registry, token, { ...east, digest: a, observedAt: at(0) });
  await record(registry, token, { ...east, digest: b, observedAt: at(10) });
  await record(registry, token, { ...east, logicalEnvironment: 'staging', digest: b, observedAt: at(5) });
  await record(registry, token, { name: 'web', digest: a, observedAt: at(2) });
  await decommission(registry, token, { name: 'web', digest: a, observedAt: at(8) });
  await record(registry, token, { name: 'chart', kind: 'HELM_CHART', digest: c, observedAt: at(3) });
});
afterAll(() => registry.close());

const FIELDS =
  'environmentName logicalEnvironmentName status deployedAt artifact { digest } deployment { name kind }';
const show = (row: any): string =>
  [
    row.environmentName,
    row.logicalEnvironmentName,
    row.deployment.name,
    'abc'[digests.indexOf(row.artifact.digest)],
    row.status,
  ].join(' ');
const ask = async (variables: Record<string, unknown>): Promise<{ rows: string[]; totalCount: number }> => {
  const { data, errors } = await post(
    registry,
    token,
    `query ($filter: DeploymentRecordFilter, $at: DateTime, $orderBy: DeploymentRecordOrder) {
       deploymentRecords(filter: $filter, at: $at, orderBy: $orderBy, first: 500) { totalCount nodes { ${FIELDS} } } }`,
    variables,
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return { rows: data.deploymentRecords.nodes.map(show), totalCount: data.deploymentRecords.totalCount };
};
const rows = async (variables: Record<string, unknown>): Promise<string[]> => {
  const { rows: list, totalCount } = await ask(variables);
  expect(totalCount).toBe(list.length);
  return list;
};
const ALL = ['DEPLOYED', 'SUPERSEDED', 'DECOMMISSIONED'];
const EAST_B = 'east production web b DEPLOYED';
const STAGING_B = 'east staging web b DEPLOYED';
const CHART = 'default production chart c DEPLOYED';
const WEB_A = 'default production web a DECOMMISSIONED';
const EAST_A = 'east production web a SUPERSEDED';
const EVERYTHING = [EAST_B, STAGING_B, CHART, WEB_A, EAST_A];

test('H40 the default is what is active, newest first', async () => {
  expect(await rows({})).toEqual([EAST_B, STAGING_B, CHART]);
  expect(await rows({ filter: {} })).toEqual([EAST_B, STAGING_B, CHART]);
});

test('H41 with every status it is the history, newest first', async () => {
  expect(await rows({ filter: { statuses: ALL } })).toEqual(EVERYTHING);
});

test('each filter alone', async () => {
  const cases: [Record<string, unknown>, string[]][] = [
    [{ environments: ['east'] }, [EAST_B, STAGING_B, EAST_A]],
    [{ environments: ['east', 'default'] }, EVERYTHING],
    [{ environments: ['nowhere'] }, []],
    [{ environments: [] }, []],
    [{ logicalEnvironments: ['staging'] }, [STAGING_B]],
    [{ logicalEnvironments: ['staging', 'production'] }, EVERYTHING],
    [{ logicalEnvironments: ['Staging'] }, []],
    [{ names: ['chart'] }, [CHART]],
    [{ names: ['chart', 'web'] }, EVERYTHING],
    [{ names: ['we%'] }, []],
    [{ kinds: ['HELM_CHART'] }, [CHART]],
    [{ kinds: ['HELM_CHART', 'FILE'] }, EVERYTHING],
    [{ digests: [digests[0]] }, [WEB_A, EAST_A]],
    [{ digests: [`sha256:${digests[0]?.slice(7).toUpperCase()}`] }, [WEB_A, EAST_A]],
    [{ digests: [digests[1], digests[2]] }, [EAST_B, STAGING_B, CHART]],
    [{ digests: ['nonsense'] }, []],
    [{ statuses: ['SUPERSEDED'] }, [EAST_A]],
    [{ statuses: ['SUPERSEDED', 'DECOMMISSIONED'] }, [WEB_A, EAST_A]],
    [{ statuses: [] }, []],
    [{ environments: null, statuses: ALL, names: null }, EVERYTHING],
  ];
  for (const [filter, expected] of cases)
    expect([filter, await rows({ filter: { statuses: ALL, ...filter } })]).toEqual([filter, expected]);
});

test('fields of a filter AND together', async () => {
  const cases: [Record<string, unknown>, string[]][] = [
    [{ environments: ['east'], logicalEnvironments: ['production'] }, [EAST_B, EAST_A]],
    [{ environments: ['east'], digests: [digests[0]] }, [EAST_A]],
    [
      {
        environments: ['east'],
        logicalEnvironments: ['production'],
        names: ['web'],
        kinds: ['FILE'],
        digests: [digests[1]],
        statuses: ['DEPLOYED'],
      },
      [EAST_B],
    ],
    [{ environments: ['east'], names: ['chart'] }, []],
    [
      { names: ['web', 'chart'], kinds: ['FILE', 'HELM_CHART'], deployedAt: { from: at(2), until: at(6) } },
      [STAGING_B, CHART, WEB_A],
    ],
  ];
  for (const [filter, expected] of cases)
    expect([filter, await rows({ filter: { statuses: ALL, ...filter } })]).toEqual([filter, expected]);
});

test('deployedAt is a half-open range', async () => {
  const within = (from: string | null, until: string | null): Promise<string[]> =>
    rows({ filter: { statuses: ALL, deployedAt: { from, until } } });
  expect(await within(at(3), at(5))).toEqual([CHART]);
  expect(await within(at(3), at(5, 1))).toEqual([STAGING_B, CHART]);
  expect(await within(at(3, 1), at(5))).toEqual([]);
  expect(await within(null, at(0))).toEqual([]);
  expect(await within(null, at(0, 1))).toEqual([EAST_A]);
  expect(await within(at(10), null)).toEqual([EAST_B]);
  expect(await within(null, null)).toEqual(EVERYTHING);
  expect(await within(at(5), at(3))).toEqual([]);
});

test('at tells what ran at an instant: in at the start, out at the end', async () => {
  const ran = (when: string): Promise<string[]> => rows({ at: when });
  expect(await ran(at(0, -1))).toEqual([]);
  expect(await ran(at(0))).toEqual([EAST_A]);
  expect(await ran(at(2))).toEqual([WEB_A, EAST_A]);
  expect(await ran(at(7))).toEqual([STAGING_B, CHART, WEB_A, EAST_A]);
  expect(await ran(at(8, -1))).toEqual([STAGING_B, CHART, WEB_A, EAST_A]);
  expect(await ran(at(8))).toEqual([STAGING_B, CHART, EAST_A]);
  expect(await ran(at(10, -1))).toEqual([STAGING_B, CHART, EAST_A]);
  expect(await ran(at(10))).toEqual([EAST_B, STAGING_B, CHART]);
  expect(await ran(at(10_000))).toEqual([EAST_B, STAGING_B, CHART]);
  expect(await rows({ at: at(7), filter: { environments: ['east'], names: ['web'] } })).toEqual([
    STAGING_B,
    EAST_A,
  ]);
  expect(await rows({ at: at(7), filter: { statuses: ['DEPLOYED'] } })).toEqual([STAGING_B, CHART]);
});

test('orderBy sorts by name or instant, both ways', async () => {
  const sorted = (field: string, direction: string): Promise<string[]> =>
    rows({ filter: { statuses: ALL }, orderBy: { field, direction } });
  expect(await sorted('DEPLOYED_AT', 'ASC')).toEqual([...EVERYTHING].reverse());
  expect(await sorted('DEPLOYED_AT', 'DESC')).toEqual(EVERYTHING);
  const ascending = await sorted('NAME', 'ASC');
  expect(ascending[0]).toBe(CHART);
  expect([...ascending].sort()).toEqual([...EVERYTHING].sort());
  expect(await sorted('NAME', 'DESC')).toEqual([...ascending].reverse());
});

test('G8 stale follows the setting staleAfterSeconds', async () => {
  const set = (staleAfterSeconds: number) =>
    post(
      registry,
      token,
      'mutation ($s: Int) { updateOrganization(input: { staleAfterSeconds: $s }) { userErrors { code } } }',
      { s: staleAfterSeconds },
    );
  const [digest] = await attested(registry, token);
  await record(registry, token, { name: 'silent', digest, observedAt: fromNow(-120) });
  const stale = async (flag: boolean): Promise<number> =>
    (await ask({ filter: { names: ['silent'], stale: flag } })).totalCount;
  expect([await stale(true), await stale(false)]).toEqual([0, 1]);
  await set(60);
  expect([await stale(true), await stale(false)]).toEqual([1, 0]);
  expect(
    (await ask({ filter: { statuses: ALL, names: ['web'], environments: ['default'], stale: false } }))
      .totalCount,
  ).toBe(1);
  const { data } = await post(
    registry,
    token,
    '{ deployment(name: "silent", kind: FILE) { active { staleSince lastSeenAt } } }',
  );
  expect(Date.parse(data.deployment.active.staleSince)).toBe(
    Date.parse(data.deployment.active.lastSeenAt) + 60_000,
  );
  await set(259_200);
  for (const seconds of [59, 0, -1, 31_536_001])
    expect((await set(seconds)).data.updateOrganization.userErrors[0].code).toBe('INVALID_INPUT');
  await decommission(registry, token, { name: 'silent', digest });
});

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
