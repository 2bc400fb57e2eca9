import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attestArtifacts, digestOf, startCli, type CliUnderTest } from './rollcall-process.js';

let cli: CliUnderTest;
beforeAll(async () => {
  cli = await startCli();
  await attestArtifacts(cli, 2, 'file');
});
afterAll(() => cli.close());

describe('environments', () => {
  test('H45 environment create --name k8s-east --description "Kubernetes US-East"', async () => {
    const made = await cli.json([
      'environment',
      'create',
      '--name',
      'k8s-east',
      '--description',
      'Kubernetes US-East',
    ]);
    expect(made).toMatchObject({
      name: 'k8s-east',
      description: 'Kubernetes US-East',
      type: 'CUSTOM',
      state: 'ACTIVE',
    });
    expect(await cli.json(['environment', 'describe', 'k8s-east'])).toEqual(made);
  });
  test('a name that is taken: 1; a name outside the rules: 2; an unknown one: 5', async () => {
    await cli.rollcall(['environment', 'create', 'taken']);
    expect((await cli.rollcall(['environment', 'create', 'taken'])).exit).toBe(1);
    expect((await cli.rollcall(['environment', 'create', 'Not A Name'])).exit).toBe(2);
    expect((await cli.rollcall(['environment', 'describe', 'nowhere'])).exit).toBe(5);
    expect((await cli.rollcall(['environment', 'create'])).exit).toBe(2);
  });
  test('update changes what is given and nothing else', async () => {
    await cli.rollcall(['environment', 'create', 'changing', '--description', 'before']);
    expect(await cli.json(['environment', 'update', 'changing', '--type', 'kubernetes'])).toMatchObject({
      type: 'KUBERNETES',
      description: 'before',
    });
    expect((await cli.rollcall(['environment', 'update', 'changing'])).exit).toBe(2);
  });
  test('archive is refused while something runs in it; --detach-records ends that; unarchive brings it back', async () => {
    await cli.rollcall(['environment', 'create', 'leaving']);
    const record = [
      'deployment',
      'record',
      '--env',
      'leaving',
      '--deployment-name',
      'x',
      '--kind',
      'file',
      '--digest',
      digestOf(1),
    ];
    expect((await cli.rollcall(record)).exit).toBe(0);
    const refused = await cli.rollcall(['environment', 'archive', 'leaving']);
    expect([refused.exit, refused.err]).toEqual([1, expect.stringContaining('--detach-records')]);
    expect(await cli.json(['environment', 'archive', 'leaving', '--detach-records'])).toMatchObject({
      state: 'ARCHIVED',
      activeCount: 0,
    });
    const names = async (...more: string[]) =>
      (await cli.rollcall(['environment', 'list', '-o', 'name', ...more])).out.split('\n');
    expect(await names()).not.toContain('leaving');
    expect(await names('--archived')).toContain('leaving');
    expect((await cli.rollcall(record)).err).toContain('(ENVIRONMENT_ARCHIVED)');
    expect(await cli.json(['environment', 'unarchive', 'leaving'])).toMatchObject({ state: 'ACTIVE' });
  });
});

describe('logical environments', () => {
  test('create, describe, update and list', async () => {
    const name = 'pré view/1';
    await cli.json([
      'logical-environment',
      'create',
      '--name',
      name,
      '--attribute',
      'region=eu',
      '--attribute',
      'a=b=c',
    ]);
    expect(await cli.json(['logical-environment', 'describe', name])).toMatchObject({
      name,
      attributes: { region: 'eu', a: 'b=c' },
    });
    expect(
      await cli.json(['logical-environment', 'update', name, '--description', 'For a look']),
    ).toMatchObject({ description: 'For a look', attributes: { region: 'eu', a: 'b=c' } });
    expect((await cli.rollcall(['logical-environment', 'list', '-o', 'name'])).out.split('\n')).toEqual(
      expect.arrayContaining(['development', 'staging', 'production', name]),
    );
    expect((await cli.rollcall(['logical-environment', 'describe', 'nowhere'])).exit).toBe(5);
  });
});

describe('tokens and contexts', () => {
  test('a token can do what it was given, until it is revoked', async () => {
    const argv = [
      'token',
      'create',
      '--name',
      'reader',
      '--permission',
      'deployment.read',
      '--expires',
      '1d',
    ];
    const { secret, apiToken } = await cli.json<{
      secret: string;
      apiToken: { id: string; expiresAt: string };
    }>(argv);
    expect(Date.parse(apiToken.expiresAt)).toBeGreaterThan(Date.now());
    const env = { ROLLCALL_TOKEN: secret };
    expect((await cli.rollcall(['deployment', 'list'], { env })).exit).toBe(0);
    expect((await cli.rollcall(['environment', 'create', 'x'], { env })).exit).toBe(4);
    expect((await cli.rollcall(['token', 'list'])).out).not.toContain(secret);
    expect((await cli.rollcall(['token', 'revoke', apiToken.id])).exit).toBe(0);
    expect((await cli.rollcall(['deployment', 'list'], { env })).exit).toBe(4);
    expect((await cli.rollcall(['token', 'revoke', 'tok_00000000000000000000000000'])).exit).toBe(5);
  });

  test('login checks the token, stores it with mode 0600 and never shows it', async () => {
    const { url, token } = cli.registry;
    const bare = { ROLLCALL_URL: '', ROLLCALL_TOKEN: '', ROLLCALL_CONFIG_DIR: join(cli.folder, 'login') };
    const wrong = await cli.rollcall(['login', url], { env: bare, stdin: 'rollcall_wrong\n' });
    expect([wrong.exit, existsSync(bare.ROLLCALL_CONFIG_DIR)]).toEqual([4, false]);
    const login = await cli.rollcall(['login', url, '--name', 'here'], { env: bare, stdin: `${token}\n` });
    expect([login.exit, login.out + login.err]).toEqual([0, expect.not.stringContaining(token)]);
    const file = join(bare.ROLLCALL_CONFIG_DIR, 'contexts.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      current: 'here',
      contexts: { here: { url, token } },
    });
    expect((await cli.rollcall(['deployment', 'list'], { env: bare })).exit).toBe(0);
    const shown = await cli.rollcall(['context', 'list', '-o', 'json'], { env: bare });
    expect(shown.out).not.toContain(token);
    expect((await cli.rollcall(['context', 'use', 'nowhere'], { env: bare })).exit).toBe(5);
    expect((await cli.rollcall(['context', 'show'], { env: bare })).out).toContain('context here');
    expect((await cli.rollcall(['context', 'delete', 'here'], { env: bare })).exit).toBe(0);
    expect((await cli.rollcall(['deployment', 'list'], { env: bare })).exit).toBe(2);
  });
});

describe('organization, trusted roots, doctor', () => {
  test('settings are shown and changed', async () => {
    expect(await cli.json(['organization', 'show'])).toMatchObject({ createEnvironments: false });
    expect(await cli.json(['organization', 'update', '--create-environments', 'true'])).toMatchObject({
      createEnvironments: true,
    });
    const record = [
      'deployment',
      'record',
      '--env',
      'made-by-record',
      '--deployment-name',
      'x',
      '--kind',
      'file',
      '--digest',
      digestOf(1),
    ];
    expect((await cli.rollcall(record)).exit).toBe(0);
    expect((await cli.rollcall(['organization', 'update'])).exit).toBe(2);
  });
  test('public keys are added once', async () => {
    const key = join(cli.folder, 'key.pub');
    const { generateKeyPairSync } = await import('node:crypto');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      key,
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }),
    );
    expect((await cli.rollcall(['trusted-root', 'add', 'ours', key, '--tlog-threshold', '0'])).exit).toBe(0);
    expect((await cli.rollcall(['trusted-root', 'list', '-o', 'name'])).out).toContain('ours\n');
    expect((await cli.rollcall(['trusted-root', 'add', 'broken', join(cli.folder, 'config')])).exit).toBe(5);
  });
  test('doctor finds nothing wrong: 0; an unreachable server: 7; a wrong token: 4', async () => {
    const well = await cli.rollcall(['doctor']);
    expect([well.exit, well.out]).toEqual([0, expect.not.stringContaining('FAIL')]);
    expect((await cli.rollcall(['doctor', '--url', 'http://127.0.0.1:1', '--retries', '0'])).exit).toBe(7);
    expect((await cli.rollcall(['doctor'], { env: { ROLLCALL_TOKEN: 'rollcall_wrong' } })).exit).toBe(4);
  });
});
