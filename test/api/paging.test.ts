import { afterAll, beforeAll, expect, test } from 'vitest';
import { attested, post, record, recordMany, startRegistry, type TestRegistry } from '../support/registry.js';

const at = (days: number): string =>
  new Date(Date.parse('2026-01-01T00:00:00.000Z') + days * 86_400_000).toISOString();

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

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

test('paging forward over 120 rows, many of the same instant, has no gap and no repetition', async () => {
  const [digest] = await attested(registry, token);
  await recordMany(
    registry,
    token,
    Array.from({ length: 120 }, (_, i) => ({
      name: `page-${i % 60}`,
      logicalEnvironment: i < 60 ? 'paged-1' : 'paged-2',
      digest,
      observedAt: at(20 + Math.floor(i / 50)),
    })),
  );
  for (const orderBy of [
    null,
    { field: 'NAME', direction: 'ASC' },
    { field: 'NAME', direction: 'DESC' },
    { field: 'DEPLOYED_AT', direction: 'ASC' },
  ]) {
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; ; pages++) {
      const list = await page(
        `deploymentRecords(filter: { logicalEnvironments: ["paged-1", "paged-2"] }, first: 7, after: $after, orderBy: $orderBy) {
           totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`,
        { after, orderBy },
        '$after: String, $orderBy: DeploymentRecordOrder',
      );
      expect(list.totalCount).toBe(120);
      expect(list.edges.map((edge: any) => edge.node.id)).toEqual(list.nodes.map((node: any) => node.id));
      expect([list.edges[0].cursor, list.edges.at(-1).cursor]).toEqual([
        list.pageInfo.startCursor,
        list.pageInfo.endCursor,
      ]);
      expect(list.pageInfo.hasPreviousPage).toBe(after !== null);
      seen.push(...list.nodes.map((node: any) => node.id));
      after = list.pageInfo.endCursor;
      if (!list.pageInfo.hasNextPage) break;
      expect(list.nodes).toHaveLength(7);
      expect(pages).toBeLessThan(20);
    }
    expect([seen.length, new Set(seen).size]).toEqual([120, 120]);
  }
});

test('paging is stable while newer rows arrive', async () => {
  const [digest] = await attested(registry, token);
  const list = (after: string | null) =>
    page(
      'deploymentRecords(filter: { logicalEnvironments: ["moving"] }, first: 5, after: $after) { nodes { deployment { name } } pageInfo { endCursor hasNextPage } }',
      { after },
      '$after: String',
    );
  await recordMany(
    registry,
    token,
    Array.from({ length: 10 }, (_, i) => ({
      name: `m${i}`,
      logicalEnvironment: 'moving',
      digest,
      observedAt: at(i),
    })),
  );
  const first = await list(null);
  await record(registry, token, { name: 'newer', logicalEnvironment: 'moving', digest, observedAt: at(50) });
  const second = await list(first.pageInfo.endCursor);
  const names = [...first.nodes, ...second.nodes].map((node: any) => node.deployment.name);
  expect(names).toEqual(Array.from({ length: 10 }, (_, i) => `m${9 - i}`));
  expect(second.pageInfo.hasNextPage).toBe(false);
});

test('the other lists page the same way', async () => {
  await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      post(
        registry,
        token,
        `mutation { createEnvironment(input: { name: "e${i}" }) { userErrors { code } } }`,
      ),
    ),
  );
  const lists: [list: string, fields: string][] = [
    ['environments', 'name'],
    ['logicalEnvironments', 'name'],
    ['deployments', 'id'],
    ['attestations', 'id'],
    ['apiTokens', 'id'],
  ];
  for (let i = 0; i < 4; i++) {
    await registry.tokenWith(['deployment.read']);
    await attested(registry, token);
  }
  for (const [list, field] of lists) {
    const whole = await page(
      `${list}(first: 500) { totalCount nodes { ${field} } pageInfo { hasNextPage } }`,
    );
    expect(whole.totalCount, list).toBe(whole.nodes.length);
    expect(whole.nodes.length, list).toBeGreaterThan(3);
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const part: any = await page(
        `${list}(first: 3, after: $after) { nodes { ${field} } pageInfo { hasNextPage endCursor } }`,
        { after },
        '$after: String',
      );
      seen.push(...part.nodes.map((node: any) => node[field]));
      if (!part.pageInfo.hasNextPage) break;
      after = part.pageInfo.endCursor;
    }
    expect(seen, list).toEqual(whole.nodes.map((node: any) => node[field]));
  }
  const empty = await page(
    'deployments(filter: { names: ["none"] }) { totalCount nodes { id } pageInfo { hasNextPage startCursor endCursor } }',
  );
  expect(empty).toEqual({
    totalCount: 0,
    nodes: [],
    pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
  });
});
