import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attestArtifacts, digestOf, startCli, type CliUnderTest } from './rollcall-process.js';

interface Answer {
  outcome: string;
  record: {
    id: string;
    status: string;
    lastSeenAt: string;
    environmentName: string;
    logicalEnvironmentName: string;
    ociRef: string | null;
  } | null;
}

let cli: CliUnderTest;
beforeAll(async () => {
  cli = await startCli();
  await attestArtifacts(cli, 9, 'container-image');
  await cli.rollcall(['environment', 'create', '--name', 'k8s-east', '--description', 'Kubernetes US-East']);
});
afterAll(() => cli.close());

const ARTIFACT = ['--kind', 'CONTAINER_IMAGE', '--digest'];
const record = (name: string, artifact: number, ...more: string[]): string[] =>
  ['deployment', 'record', '--deployment-name', name, ...ARTIFACT, digestOf(artifact)].concat(more);
const run = (name: string, artifact: number, ...more: string[]) =>
  cli.rollcall(record(name, artifact, ...more));
const answer = (name: string, artifact: number, ...more: string[]) =>
  cli.json<Answer>(record(name, artifact, ...more));

describe('deployment record', () => {
  test('H27 H28 H29 H30 H31 H33 records an artifact in a place under a name', async () => {
    const { outcome, record: made } = await answer('a', 1, '--env', 'k8s-east', '--logical-env', 'staging');
    expect(outcome).toBe('CREATED');
    expect(made).toMatchObject({
      status: 'DEPLOYED',
      environmentName: 'k8s-east',
      logicalEnvironmentName: 'staging',
    });
  });
  test('an omitted logical environment is production, and stderr says so', async () => {
    const { exit, out, err } = await run('b', 1);
    expect(exit).toBe(0);
    expect(err).toBe('Logical environment: production (default)\n');
    expect(out).toContain('Outcome\tCREATED\n');
    expect(out).toContain('Environment\tdefault\n');
  });
  test('H24 H25 H26 recording it again is safe: exit 0, REFRESHED or UNCHANGED', async () => {
    const first = await answer('again', 1, '--observed-at', '2h');
    const later = await answer('again', 1, '--observed-at', '1h');
    const earlier = await answer('again', 1, '--observed-at', '90m');
    expect([first, later, earlier].map(({ outcome }) => outcome)).toEqual([
      'CREATED',
      'REFRESHED',
      'UNCHANGED',
    ]);
    expect([earlier.record?.id, earlier.record?.lastSeenAt]).toEqual([
      first.record?.id,
      later.record?.lastSeenAt,
    ]);
  });
  test('G4 an older observation of another artifact is STALE: exit 0', async () => {
    await answer('stale', 1, '--observed-at', '1h');
    expect((await answer('stale', 2, '--observed-at', '2h')).outcome).toBe('STALE');
  });
  test('G6 an observation of the future is refused: 1', async () => {
    const ran = await run('future', 1, '--observed-at', new Date(Date.now() + 3_600_000).toISOString());
    expect([ran.exit, ran.err]).toEqual([1, expect.stringContaining('(OBSERVED_AT_IN_FUTURE)')]);
  });
  test('H32 H34 a reference with a digest is enough, and is kept', async () => {
    const ociRef = `ghcr.io/acme/app:1.0.0@${digestOf(3)}`;
    const argv = [
      'deployment',
      'record',
      '--deployment-name',
      'ref',
      '--kind',
      'container-image',
      '--oci-ref',
      ociRef,
    ];
    expect((await cli.json<Answer>(argv)).record?.ociRef).toBe(ociRef);
  });
  test('H34 neither reference nor digest: 2', async () => {
    const ran = await cli.rollcall([
      'deployment',
      'record',
      '--deployment-name',
      'x',
      '--kind',
      'container-image',
    ]);
    expect([ran.exit, ran.out]).toEqual([2, '']);
  });
  test('G19 reference and digest that disagree: 2', async () => {
    expect((await run('x', 1, '--oci-ref', `app@${digestOf(2)}`)).exit).toBe(2);
  });
  test('H32 a reference by tag alone: 2, with a hint', async () => {
    const argv = [
      'deployment',
      'record',
      '--deployment-name',
      'x',
      '--kind',
      'container-image',
      '--oci-ref',
      'app:latest',
    ];
    const ran = await cli.rollcall(argv);
    expect([ran.exit, ran.err]).toEqual([2, expect.stringContaining('hint: a tag can move: add --digest')]);
  });
  test('H35 G19 an artifact that nobody attested: 5', async () => {
    const ran = await run('x', 77);
    expect([ran.exit, ran.err]).toEqual([5, expect.stringContaining('(ARTIFACT_NOT_FOUND)')]);
  });
  test('H39 G19 superseded is only ever derived: INVALID_STATUS, 2', async () => {
    const ran = await run('x', 1, '--status', 'superseded');
    expect([ran.exit, ran.err]).toEqual([2, expect.stringContaining('(INVALID_STATUS)')]);
  });
  test('G15 another kind than the artifact has: 1', async () => {
    const argv = [
      'deployment',
      'record',
      '--deployment-name',
      'x',
      '--kind',
      'helm-chart',
      '--digest',
      digestOf(1),
    ];
    const ran = await cli.rollcall(argv);
    expect([ran.exit, ran.err]).toEqual([1, expect.stringContaining('(ARTIFACT_KIND_MISMATCH)')]);
  });
  test('a stage under --env is not found, and the hint names --logical-env: 5', async () => {
    const ran = await run('x', 1, '--env', 'staging');
    expect([ran.exit, ran.err]).toEqual([5, expect.stringContaining('--logical-env staging')]);
  });
  test('values come from ROLLCALL_ variables too', async () => {
    const env = {
      ROLLCALL_ENV: 'k8s-east',
      ROLLCALL_LOGICAL_ENV: 'development',
      ROLLCALL_DEPLOYMENT_NAME: 'v',
      ROLLCALL_KIND: 'container-image',
    };
    const { record: made } = await cli.json<Answer>(['deployment', 'record', '--digest', digestOf(1)], {
      env,
    });
    expect(made).toMatchObject({ environmentName: 'k8s-east', logicalEnvironmentName: 'development' });
  });
  test('-o name prints the id alone', async () => {
    expect((await run('b', 1, '-o', 'name')).out).toMatch(/^rec_[0-9A-Z]{26}\n$/);
  });
  test('refusals come as JSON too, with the id of the request', async () => {
    const { err } = await run('x', 77, '-o', 'json');
    const { error } = JSON.parse(err.trim().split('\n').at(-1) ?? '') as {
      error: { code: string; requestId: string };
    };
    expect(error).toMatchObject({ code: 'ARTIFACT_NOT_FOUND', requestId: expect.any(String) });
  });
});

describe('heartbeats', () => {
  test('G13 --mode heartbeat only refreshes: 1 for what is not active, 5 for what is unknown', async () => {
    await answer('beat', 1, '--observed-at', '2h');
    expect((await answer('beat', 1, '--mode', 'heartbeat')).outcome).toBe('REFRESHED');
    const other = await run('beat', 2, '--mode', 'heartbeat');
    expect([other.exit, other.err]).toEqual([1, expect.stringContaining('(NOT_ACTIVE)')]);
    expect((await run('beat-unknown', 1, '--mode', 'heartbeat')).exit).toBe(5);
  });
});

describe('decommission', () => {
  const off = ['--status', 'decommissioned'];
  test('H38 --status decommissioned ends the active record; G11 twice is safe', async () => {
    await answer('off', 1);
    const first = await answer('off', 1, ...off);
    expect([first.outcome, first.record?.status]).toEqual(['DECOMMISSIONED', 'DECOMMISSIONED']);
    expect((await answer('off', 1, ...off)).outcome).toBe('UNCHANGED');
  });
  test('G9 of an artifact that is not active: 1, with --if-active 0; nothing changes', async () => {
    await answer('off-other', 1, '--observed-at', '1h');
    await answer('off-other', 2);
    const refused = await run('off-other', 1, ...off);
    expect([refused.exit, refused.err]).toEqual([1, expect.stringContaining('(RECORD_NOT_ACTIVE)')]);
    const tolerant = await run('off-other', 1, ...off, '--if-active');
    expect([tolerant.exit, tolerant.out]).toEqual([0, expect.stringContaining('UNCHANGED')]);
    expect(
      (await cli.json<{ active: object }>(['deployment', 'describe', 'off-other'])).active,
    ).toMatchObject({
      artifact: { digest: digestOf(2) },
    });
  });
  test('G12 of an unknown deployment, or of an artifact that was never there: 5, also with --if-active', async () => {
    expect((await run('off-unknown', 1, ...off, '--if-active')).exit).toBe(5);
    await answer('off-never', 1);
    expect((await run('off-never', 2, ...off, '--if-active')).exit).toBe(5);
  });
  test('deployment decommission does the same', async () => {
    await answer('off-verb', 1);
    const argv = [
      'deployment',
      'decommission',
      'off-verb',
      '--kind',
      'container-image',
      '--digest',
      digestOf(1),
    ];
    expect((await cli.json<Answer>(argv)).outcome).toBe('DECOMMISSIONED');
  });
});

test('H47 H48 H49 the typical flow: staging, the same artifact in production, a new version supersedes', async () => {
  const place = (stage: string): string[] => ['--env', 'k8s-east', '--logical-env', stage];
  await answer('flow', 4, ...place('staging'));
  await answer('flow', 4, ...place('production'));
  await answer('flow', 5, ...place('staging'));
  const active = await cli.json<{
    items: { artifact: { digest: string }; logicalEnvironmentName: string }[];
  }>(['deployment', 'list', '--deployment-name', 'flow']);
  expect(active.items.map((item) => [item.logicalEnvironmentName, item.artifact.digest]).sort()).toEqual([
    ['production', digestOf(4)],
    ['staging', digestOf(5)],
  ]);
  const history = await cli.json<{ items: { status: string }[] }>([
    'deployment',
    'history',
    'flow',
    ...place('staging'),
  ]);
  expect(history.items.map(({ status }) => status)).toEqual(['DEPLOYED', 'SUPERSEDED']);
});

describe('in CI', () => {
  const env = () => ({
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'deploy',
    GITHUB_ACTION: 'record',
    GITHUB_OUTPUT: join(cli.folder, 'output'),
    GITHUB_STEP_SUMMARY: join(cli.folder, 'summary'),
  });
  test('H26 a step that runs again is a heartbeat; one key over two calls gets one answer', async () => {
    const argv = record('ci', 6);
    const first = await cli.json<Answer>(argv, { env: env() });
    const again = await cli.json<Answer>(argv, { env: env() });
    expect([first.outcome, again.outcome]).toEqual(['CREATED', 'REFRESHED']);
    const keyed = [...record('keyed', 6), '--idempotency-key', 'one'];
    const answers = [await cli.json<Answer>(keyed), await cli.json<Answer>(keyed)];
    expect(answers.map(({ outcome }) => outcome)).toEqual(['CREATED', 'CREATED']);
    expect(readFileSync(env().GITHUB_OUTPUT, 'utf8')).toContain(
      `record-id=${first.record?.id}\noutcome=CREATED\n`,
    );
    expect(readFileSync(env().GITHUB_STEP_SUMMARY, 'utf8')).toContain(digestOf(6));
  });
});

describe('who may', () => {
  test('no token, or a wrong one: 4', async () => {
    for (const ROLLCALL_TOKEN of ['', 'rollcall_wrong']) {
      const ran = await cli.rollcall(record('x', 1), { env: { ROLLCALL_TOKEN } });
      expect([ran.exit, ran.err]).toEqual([4, expect.stringContaining('(UNAUTHENTICATED)')]);
    }
  });
  test('a token that lacks the permission: 4', async () => {
    const ROLLCALL_TOKEN = await cli.registry.tokenWith(['deployment.read']);
    const ran = await cli.rollcall(record('x', 1), { env: { ROLLCALL_TOKEN } });
    expect([ran.exit, ran.err]).toEqual([4, expect.stringContaining('(FORBIDDEN)')]);
  });
});
