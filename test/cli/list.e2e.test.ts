import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attestArtifacts, digestOf, startCli, type CliUnderTest } from './rollcall-process.js';

interface Item {
  status: string;
  environmentName: string;
  logicalEnvironmentName: string;
  deployment: { name: string };
  artifact: { digest: string };
}
interface Listed {
  items: Item[];
  pageInfo: { hasNextPage: boolean };
}

const DAY = 86_400_000;
const NOW = Date.now();
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString();
const HOSTILE = 'prod\u001b[2J\u202euc\ttion';

let cli: CliUnderTest;
beforeAll(async () => {
  cli = await startCli();
  await attestArtifacts(cli, 5, 'container-image');
  for (const name of ['k8s-east', 'k8s-west']) await cli.rollcall(['environment', 'create', '--name', name]);
  const line = (
    environment: string,
    logicalEnvironment: string,
    name: string,
    artifact: number,
    days: number,
    more = {},
  ): string =>
    JSON.stringify({
      environment,
      logicalEnvironment,
      name,
      digest: digestOf(artifact),
      observedAt: ago(days),
      ...more,
    });
  const lines = [
    line('k8s-east', 'production', 'web', 1, 20),
    line('k8s-east', 'production', 'web', 2, 10),
    line('k8s-east', 'production', 'web', 2, 0),
    line('k8s-east', 'production', 'old', 3, 15),
    line('k8s-east', 'production', 'old', 3, 12, { status: 'decommissioned' }),
    line('k8s-east', 'staging', 'web', 3, 5),
    line('k8s-east', 'staging', 'web', 3, 0),
    line('k8s-west', 'production', 'web', 1, 9),
    line('k8s-west', HOSTILE, 'odd', 4, 1),
  ];
  const { exit, err } = await cli.rollcall(
    ['deployment', 'record', '--kind', 'container-image', '--batch', '-'],
    { stdin: lines.join('\n') },
  );
  if (exit !== 0) throw new Error(err);
});
afterAll(() => cli.close());

const list = (...argv: string[]) => cli.json<Listed>(['deployment', 'list', ...argv]);
const short = ({ items }: Listed): string[] =>
  items.map(
    (item) =>
      `${item.environmentName} ${item.logicalEnvironmentName} ${item.deployment.name} ${Number(item.artifact.digest.slice(7))} ${item.status}`,
  );

describe('deployment list', () => {
  test('H40 shows what is active, of every place', async () => {
    const found = short(await list());
    expect(found).toHaveLength(4);
    expect(found.every((line) => line.endsWith('DEPLOYED'))).toBe(true);
  });
  test('H41 --history adds what was superseded and decommissioned, newest first', async () => {
    expect(short(await list('--history', '--env', 'k8s-east', '--logical-env', 'production'))).toEqual([
      'k8s-east production web 2 DEPLOYED',
      'k8s-east production old 3 DECOMMISSIONED',
      'k8s-east production web 1 SUPERSEDED',
    ]);
  });
  test('H42 filters by Environment', async () => {
    expect((await list('--env', 'k8s-west')).items.map(({ environmentName }) => environmentName)).toEqual([
      'k8s-west',
      'k8s-west',
    ]);
  });
  test('H43 H50 filters by logical environment', async () => {
    expect(short(await list('--logical-env', 'production'))).toEqual(
      expect.arrayContaining(['k8s-east production web 2 DEPLOYED', 'k8s-west production web 1 DEPLOYED']),
    );
    expect((await list('--logical-env', 'production')).items).toHaveLength(2);
  });
  test('H51 both filters with the history', async () => {
    expect((await list('--env', 'k8s-east', '--logical-env', 'production', '--history')).items).toHaveLength(
      3,
    );
  });
  test('a filter may be repeated', async () => {
    expect((await list('--logical-env', 'staging', '--logical-env', 'production')).items).toHaveLength(3);
  });
  test('--digest, --status and --deployment-name filter', async () => {
    expect(short(await list('--digest', digestOf(3)))).toEqual(['k8s-east staging web 3 DEPLOYED']);
    expect(short(await list('--status', 'decommissioned'))).toEqual([
      'k8s-east production old 3 DECOMMISSIONED',
    ]);
    expect((await list('--deployment-name', 'odd')).items).toHaveLength(1);
  });
  test('G8 --stale shows what nobody has seen for long', async () => {
    expect(short(await list('--stale'))).toEqual(['k8s-west production web 1 DEPLOYED']);
  });
  test('--at shows what was active then', async () => {
    const then = await list('--env', 'k8s-east', '--logical-env', 'production', '--at', ago(14));
    expect(
      then.items
        .map(({ deployment, artifact }) => `${deployment.name} ${Number(artifact.digest.slice(7))}`)
        .sort(),
    ).toEqual(['old 3', 'web 1']);
  });
  test('--limit cuts, --all does not', async () => {
    const cut = await list('--limit', '2');
    expect([cut.items.length, cut.pageInfo.hasNextPage]).toEqual([2, true]);
    const all = await list('--all');
    expect([all.items.length, all.pageInfo.hasNextPage]).toEqual([4, false]);
    expect((await cli.rollcall(['deployment', 'list', '--limit', '2'])).err).toContain(
      '--limit or --all shows more',
    );
  });
  test.each([
    [['--history', '--status', 'deployed']],
    [['--at', '1d', '--history']],
    [['--limit', '1', '--all']],
    [['--limit', '0']],
    [['--at', 'yesterday']],
    [['--status', 'gone']],
    [['--digest', 'abc']],
  ])('%j is a usage error: 2', async (options) => {
    expect((await cli.rollcall(['deployment', 'list', ...options])).exit).toBe(2);
  });
  test('what a name holds cannot drive the terminal, and stays one cell', async () => {
    const { out } = await cli.rollcall(['deployment', 'list', '--deployment-name', 'odd', '--no-headers']);
    expect(out).toContain('prod\\u001b[2J\\u202euc\\u0009tion');
    expect(out.split('\t')).toHaveLength(8);
    const { items } = await list('--logical-env', HOSTILE);
    expect(items[0]?.logicalEnvironmentName).toBe(HOSTILE);
  });
  test('a filter of the environment is applied and said', async () => {
    const { err, out } = await cli.rollcall(['deployment', 'list', '-o', 'ndjson'], {
      env: { ROLLCALL_ENV: 'k8s-west' },
    });
    expect(err).toContain('Filter: --env k8s-west (ROLLCALL_ENV)');
    expect(out.trim().split('\n')).toHaveLength(2);
  });
});

describe('one deployment', () => {
  test('describe names it by place, which defaults to default and production', async () => {
    const { active } = await cli.json<{ active: Item }>([
      'deployment',
      'describe',
      'web',
      '--env',
      'k8s-east',
    ]);
    expect(active.artifact.digest).toBe(digestOf(2));
    const unknown = await cli.rollcall(['deployment', 'describe', 'web']);
    expect([unknown.exit, unknown.err]).toEqual([
      5,
      expect.stringContaining('no deployment web in default / production'),
    ]);
  });
  test('describe and history take an id', async () => {
    const { id } = await cli.json<{ id: string }>(['deployment', 'describe', 'web', '--env', 'k8s-east']);
    expect((await cli.json<Listed>(['deployment', 'history', id])).items.map(({ status }) => status)).toEqual(
      ['DEPLOYED', 'SUPERSEDED'],
    );
    expect((await cli.rollcall(['deployment', 'describe', `dep_${'0'.repeat(26)}`])).exit).toBe(5);
  });
  test('G16 a name with two kinds needs --kind', async () => {
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digestOf(8), size: 2 },
      layers: [],
    });
    const { digest } = await cli.json<{ digest: string }>(
      ['artifact', 'register', '-', '--kind', 'helm-chart'],
      { stdin: manifest },
    );
    await cli.rollcall(['organization', 'update', '--require-attestation', 'false']);
    const chart = await cli.rollcall([
      'deployment',
      'record',
      '--env',
      'k8s-east',
      '--deployment-name',
      'web',
      '--kind',
      'helm-chart',
      '--digest',
      digest,
    ]);
    expect(chart.exit).toBe(0);
    const ambiguous = await cli.rollcall(['deployment', 'describe', 'web', '--env', 'k8s-east']);
    expect([ambiguous.exit, ambiguous.err]).toEqual([2, expect.stringContaining('add --kind')]);
    expect(
      (
        await cli.json<{ kind: string }>([
          'deployment',
          'describe',
          'web',
          '--env',
          'k8s-east',
          '--kind',
          'helm-chart',
        ])
      ).kind,
    ).toBe('HELM_CHART');
  });
});
