import { afterAll, beforeAll, expect, test } from 'vitest';
import * as access from '../../src/access/access.queries.js';
import * as artifacts from '../../src/artifacts/artifacts.queries.js';
import * as deployments from '../../src/deployments/deployments.queries.js';
import * as records from '../../src/deployments/records.queries.js';
import * as environments from '../../src/environments/places.queries.js';
import * as evidence from '../../src/evidence/evidence.queries.js';
import { sourceFiles } from '../architecture/source-files.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { ExplainingDatabase, type Plan } from './explaining-database.js';
import { ORGANIZATION as O, seedPlans } from './seed.js';

/** Read whole without harm: they stay small. */
const SMALL = ['organization', 'environment', 'logical_environment', 'principal'];
const PAGE = 51;

let database: TestDatabase;
let db: ExplainingDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedPlans(database.pool);
  db = new ExplainingDatabase({ connectionString: database.url, max: 2 });
}, 180_000);
afterAll(async () => {
  await db.close();
  await database.drop();
});

const art = (n: number): string => `art_1_${n}`;
const att = (n: number): string => `att_1_${n}`;
const digest = async (n: number): Promise<string> =>
  (await database.pool.query('select digest from artifact where id = $1', [art(n)])).rows[0].digest;

interface Case {
  run: () => Promise<unknown>;
  /** Must be used; a pattern where two indexes serve equally well. */
  index: string | RegExp;
}
const uses = (index: string | RegExp, run: () => Promise<unknown>): Case => ({ run, index });

const CASES: Record<string, Record<string, Case>> = {
  'access/access.queries.ts': {
    listTokens: uses(/^api_token_/, () => access.listTokens(db, O, null, PAGE)),
    countTokens: uses(/^api_token_/, () => access.countTokens(db, O)),
    findPrincipals: uses(/^principal_/, () => access.findPrincipals(db, O, ['usr_1_1', 'usr_1_2'])),
  },
  'environments/places.queries.ts': {
    listEnvironments: uses(/^environment_/, () =>
      environments.listEnvironments(db, O, { states: ['ACTIVE'], names: null }, 'env-3', PAGE),
    ),
    countEnvironments: uses(/^environment_/, () =>
      environments.countEnvironments(db, O, { states: ['ACTIVE'], names: null }),
    ),
    listLogicalEnvironments: uses(/^logical_environment_/, () =>
      environments.listLogicalEnvironments(
        db,
        O,
        { states: ['ACTIVE', 'DELETING'], names: null },
        null,
        PAGE,
      ),
    ),
    countLogicalEnvironments: uses(/^logical_environment_/, () =>
      environments.countLogicalEnvironments(db, O, { states: ['ACTIVE'], names: null }),
    ),
    findEnvironments: uses(/^environment_/, () => environments.findEnvironments(db, O, ['env_1_1'])),
    findLogicalEnvironments: uses(/^logical_environment_/, () =>
      environments.findLogicalEnvironments(db, O, ['lenv_1_1']),
    ),
  },
  'artifacts/artifacts.queries.ts': {
    listRefs: uses('artifact_ref_pkey', () => artifacts.listRefs(db, O, [art(1), art(2)])),
    listPlatforms: uses('artifact_platform_pkey', () => artifacts.listPlatforms(db, O, [art(1), art(3)])),
    listIndexes: uses('artifact_platform_of', () => artifacts.listIndexes(db, O, [art(2), art(4)])),
  },
  'evidence/evidence.queries.ts': {
    listAttestations: uses(/^attestation_/, () => evidence.listAttestations(db, O, {}, null, PAGE)),
    countAttestations: uses(/^attestation_/, () => evidence.countAttestations(db, O, {})),
    listSubjects: uses('attestation_subject_pkey', () => evidence.listSubjects(db, O, [att(1), att(2)])),
    listArtifactsOf: uses('attestation_artifact_of', () => evidence.listArtifactsOf(db, O, [att(1), att(2)])),
    listAttestationsOf: uses('attestation_artifact_pkey', () =>
      evidence.listAttestationsOf(db, O, [art(1), art(2)]),
    ),
    listBuildRunsOf: uses('attestation_artifact_pkey', () =>
      evidence.listBuildRunsOf(db, O, [art(1), art(2)]),
    ),
    listProjectVersionsOf: uses('attestation_artifact_pkey', () =>
      evidence.listProjectVersionsOf(db, O, [art(1), art(2)]),
    ),
    findBuildRuns: uses(/^build_run_/, () => evidence.findBuildRuns(db, O, ['bld_1_1', 'bld_1_2'])),
    listAttestationsOfRuns: uses('attestation_build_run', () =>
      evidence.listAttestationsOfRuns(db, O, ['bld_1_1']),
    ),
    findWorkflows: uses(/^workflow_/, () => evidence.findWorkflows(db, O, ['wfl_1_1'])),
    listRunsOfWorkflow: uses('build_run_workflow', () => evidence.listRunsOfWorkflow(db, O, 'wfl_1_1', PAGE)),
  },
  'deployments/deployments.queries.ts': {
    listDeployments: uses(/^deployment_/, () => deployments.listDeployments(db, O, {}, null, PAGE)),
    countDeployments: uses(/^deployment_/, () =>
      deployments.countDeployments(db, O, { environments: ['env-1'] }),
    ),
    findDeployment: uses(/^deployment_/, () =>
      deployments.findDeployment(db, O, {
        environment: 'env-2',
        logicalEnvironment: 'stage-1',
        name: 'shop/app-1',
        kind: 'CONTAINER_IMAGE',
      }),
    ),
    findDeployments: uses(/^deployment_/, () => deployments.findDeployments(db, O, ['dep_1_1', 'dep_1_2'])),
    findActiveRecords: uses('deployment_record_active', () =>
      deployments.findActiveRecords(db, O, ['dep_1_1', 'dep_1_2']),
    ),
    countActive: uses(/^deployment_record_/, () =>
      deployments.countActive(db, O, 'environment_id', ['env_1_1']),
    ),
  },
  'deployments/records.queries.ts': {
    recordsStatement: uses('deployment_record_active_list', async () => {
      const { text, values } = records.recordsStatement(O, {}, NEWEST, null, PAGE);
      return db.query('records-statement', text, values);
    }),
    listRecords: uses('deployment_record_active_list', () =>
      records.listRecords(db, O, {}, NEWEST, null, PAGE),
    ),
    countRecords: uses(/^deployment_record_active/, () => records.countRecords(db, O, {})),
  },
};

const NEWEST: records.RecordOrder = { field: 'DEPLOYED_AT', direction: 'DESC' };
const ALL: records.RecordFilter['statuses'] = ['DEPLOYED', 'SUPERSEDED', 'DECOMMISSIONED'];

async function planOf(run: () => Promise<unknown>): Promise<Plan> {
  db.plans.length = 0;
  await run();
  expect(db.plans).toHaveLength(1);
  return db.plans[0] as Plan;
}

function expectIndex(plan: Plan, index: string | RegExp): void {
  expect(plan.scanned.filter((table) => !SMALL.includes(table))).toEqual([]);
  if (typeof index === 'string') expect(plan.indexes).toContain(index);
  else expect(plan.indexes.join(' ')).toMatch(new RegExp(index.source.replace('^', '\\b')));
}

const flat = Object.entries(CASES).flatMap(([file, functions]) =>
  Object.entries(functions).map(([name, each]) => [`${name} of ${file}`, each] as const),
);
test.each(flat)('%s reads through an index', async (_, { run, index }) =>
  expectIndex(await planOf(run), index),
);

test('every exported query has a plan test', () => {
  const exported = sourceFiles(['src/**/*.queries.ts']).map(({ path, text }) => [
    path.replace('src/', ''),
    [...text.matchAll(/^export (?:const|async function|function) (\w+)/gm)].map((match) => match[1]).sort(),
  ]);
  expect(
    Object.fromEntries(Object.entries(CASES).map(([file, each]) => [file, Object.keys(each).sort()])),
  ).toEqual(Object.fromEntries(exported));
});

const deep = async (): Promise<[string, string]> => {
  const { rows } = await database.pool.query(
    `select to_char(deployed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, id from deployment_record
     where organization_id = $1 order by deployed_at desc, id desc offset 18000 limit 1`,
    [O],
  );
  return [rows[0].at, rows[0].id];
};

/** `page`: the index gives the order too, so that the cost of a page does not depend on how much there is. */
const FILTERS: [title: string, filter: () => Promise<records.RecordFilter>, index: string, page: boolean][] =
  [
    ['what is active', async () => ({}), 'deployment_record_active_list', true],
    ['the whole history', async () => ({ statuses: ALL }), 'deployment_record_history', true],
    [
      'the history of an Environment',
      async () => ({ statuses: ALL, environments: ['env-3'] }),
      'deployment_record_environment',
      true,
    ],
    [
      'the history of a LogicalEnvironment',
      async () => ({ statuses: ALL, logicalEnvironments: ['stage-3'] }),
      'deployment_record_logical_environment',
      true,
    ],
    [
      'the history of a name',
      async () => ({ statuses: ALL, names: ['shop/app-7'] }),
      'deployment_record_name',
      true,
    ],
    [
      'where a digest ran',
      async () => ({ statuses: ALL, digests: [await digest(5)] }),
      'deployment_record_artifact',
      true,
    ],
    [
      'what ran at an instant',
      async () => ({ at: new Date(Date.now() - 15 * 86_400_000).toISOString() }),
      'deployment_record_interval',
      false,
    ],
  ];

test.each(FILTERS)('deploymentRecords: %s reads through its index', async (_, filter, index, page) => {
  const wanted = await filter();
  const plan = await planOf(() => records.listRecords(db, O, wanted, NEWEST, null, PAGE));
  expectIndex(plan, page ? index : /^deployment_record_/);
  if (page) expect(plan.mostRows).toBeLessThanOrEqual(PAGE * 20);
});

test('deploymentRecords: a page deep in the history reads no more rows than the first', async () => {
  const after = await deep();
  const plan = await planOf(() => records.listRecords(db, O, { statuses: ALL }, NEWEST, after, PAGE));
  expectIndex(plan, 'deployment_record_history');
  expect(plan.mostRows).toBeLessThanOrEqual(PAGE);
});

test('deploymentRecords: by name in either direction', async () => {
  for (const direction of ['ASC', 'DESC'] as const) {
    const plan = await planOf(() => records.listRecords(db, O, {}, { field: 'NAME', direction }, null, PAGE));
    expectIndex(plan, 'deployment_record_active_name');
    expect(plan.mostRows).toBeLessThanOrEqual(PAGE);
  }
});

test('attestations of a digest read through the links of the artifact', async () => {
  const wanted = { digests: [await digest(9)] };
  expectIndex(
    await planOf(() => evidence.listAttestations(db, O, wanted, null, PAGE)),
    'attestation_artifact_pkey',
  );
});

test('the seeded records are what the tests think they are', async () => {
  const { rows } = await database.pool.query(
    'select count(*)::int as n from deployment_record where organization_id = $1',
    [O],
  );
  expect(rows[0].n).toBe(20_000);
  expect((await records.listRecords(db, O, {}, NEWEST, null, PAGE)).length).toBe(PAGE);
});
