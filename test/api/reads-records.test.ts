import { afterAll, beforeAll, expect, test } from 'vitest';
import { attested, decommission, fromNow, post, record, type TestRegistry } from '../support/registry.js';
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

test('a list reads only what is asked for, and gives all of it through aliases, fragments, nodes and edges', async () => {
  const all = `staleSince reportedBy { name } artifact { digest kind evidence }
    deployment { createdAt environment { name } logicalEnvironment { name } }`;
  const full = await post(registry, token, `{ deploymentRecords { nodes { id ${all} } } }`);
  const forms = [
    `{ deploymentRecords { nodes { id ...All } } } fragment All on DeploymentRecord { ${all} }`,
    `{ deploymentRecords { nodes { id ... on DeploymentRecord { ${all} } } } }`,
    `{ deploymentRecords { nodes { id } nodes { staleSince reportedBy { name } artifact { digest } }
       nodes { artifact { kind evidence } deployment { createdAt environment { name } logicalEnvironment { name } } } } }`,
  ];
  expect(full.errors).toBeUndefined();
  for (const form of forms)
    for (const _ of [1, 2, 3]) expect((await post(registry, token, form)).data).toEqual(full.data);
  const aliased = await post(
    registry,
    token,
    `{ list: deploymentRecords { edges { row: node { what: artifact { is: kind } by: reportedBy { name } } } } }`,
  );
  expect(aliased.data.list.edges[0].row).toEqual({
    what: { is: full.data.deploymentRecords.nodes[0].artifact.kind },
    by: full.data.deploymentRecords.nodes[0].reportedBy,
  });
});
