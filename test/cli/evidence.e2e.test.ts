import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IMAGE_DIGEST, SIGNER_DIGEST, STORIES } from '../../src/cli/demo/story.js';
import { runMain } from './run-main.js';
import { startCli, type CliUnderTest } from './rollcall-process.js';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/attestations/${name}`, import.meta.url));
const PROVENANCE = example('npm-sigstore-2.1.0.provenance.json');

let cli: CliUnderTest;
beforeAll(async () => (cli = await startCli()));
afterAll(() => cli.close());

describe('attestations', () => {
  test('push stores and verifies; again changes nothing; a file that is none is refused: 3', async () => {
    const first = await cli.json<{ items: { created: boolean; attestation: object }[] }>([
      'attestation',
      'push',
      PROVENANCE,
    ]);
    expect(first.items[0]).toMatchObject({
      created: true,
      attestation: { verdict: 'VERIFIED', policy: 'NONE' },
    });
    const again = await cli.json<{ items: { created: boolean }[] }>(['attestation', 'push', PROVENANCE]);
    expect(again.items[0]?.created).toBe(false);
    expect(
      (await cli.rollcall(['attestation', 'push', PROVENANCE, example('NOTICE.md'), '/nonexistent'])).exit,
    ).toBe(3);
    expect((await cli.rollcall(['attestation', 'push', example('NOTICE.md')])).exit).toBe(2);
    expect((await cli.rollcall(['attestation', 'push', '/nonexistent'])).exit).toBe(5);
  });
  test('what is stored unverified is said on stderr', async () => {
    const { exit, err } = await cli.rollcall(['attestation', 'push', example('container-image.gcloud.json')]);
    expect([exit, err]).toEqual([0, expect.stringContaining('is stored but UNVERIFIED: NO_KEY')]);
  });
  test('list, describe and download give back what was pushed, byte by byte', async () => {
    const { items } = await cli.json<{ items: { id: string }[] }>([
      'attestation',
      'list',
      '--digest',
      SIGNER_DIGEST,
    ]);
    const [{ id } = { id: '' }] = items;
    expect(await cli.json(['attestation', 'describe', id])).toMatchObject({
      id,
      verdict: 'VERIFIED',
      buildRun: { confirmed: true },
    });
    expect((await cli.rollcall(['attestation', 'download', id])).out).toBe(readFileSync(PROVENANCE, 'utf8'));
    expect((await cli.rollcall(['attestation', 'download', 'att_00000000000000000000000000'])).exit).toBe(5);
    expect((await cli.rollcall(['attestation', 'download', '../../healthz'])).exit).toBe(2);
    expect(
      (await cli.rollcall(['attestation', 'list', '--verdict', 'unverified', '-o', 'name'])).out,
    ).toMatch(/^att_\w+\n$/);
  });
});

describe('trace', () => {
  const CHAIN = [
    'running ',
    'artifact ',
    'VERIFIED, policy NONE',
    'signer ',
    'build run ',
    '(confirmed by the certificate)',
    'commit ',
  ];
  test('H5 H7 goes from what runs to the commit, from digest, deployment or record', async () => {
    const argv = [
      'deployment',
      'record',
      '--deployment-name',
      'signer',
      '--kind',
      'file',
      '--digest',
      SIGNER_DIGEST,
    ];
    const { record } = await cli.json<{ record: { id: string; deployment: { id: string } } }>(argv);
    for (const what of [SIGNER_DIGEST, record.deployment.id, record.id]) {
      const { exit, out } = await cli.rollcall(['trace', what]);
      expect(exit).toBe(0);
      let at = -1;
      for (const link of CHAIN)
        expect((at = out.indexOf(link, at + 1)), `${link} in its place`).toBeGreaterThanOrEqual(0);
      expect(out).toContain(
        'https://github.com/sigstore/sigstore-js@26d16513386ffaa790b1c32f927544f1322e4194',
      );
    }
  });
  test('what is claimed and not proven says so', async () => {
    const { out } = await cli.rollcall(['trace', IMAGE_DIGEST]);
    expect(out).toContain('UNVERIFIED, policy NONE, NO_KEY');
    expect(out).toContain('(claimed, not confirmed)');
  });
  test('what is unknown: 5; what is no digest: 2', async () => {
    for (const what of [
      `sha256:${'f'.repeat(64)}`,
      'dep_00000000000000000000000000',
      'rec_00000000000000000000000000',
    ])
      expect((await cli.rollcall(['trace', what])).exit).toBe(5);
    expect((await cli.rollcall(['trace', 'latest'])).exit).toBe(2);
  });
});

describe('artifacts', () => {
  test('G17 an index makes its platforms known', async () => {
    const platform = `sha256:${'d'.repeat(64)}`;
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: platform,
          size: 7,
          platform: { os: 'linux', architecture: 'amd64' },
        },
      ],
    });
    const { digest } = await cli.json<{ digest: string }>(
      ['artifact', 'register', '-', '--kind', 'container-image'],
      { stdin: index },
    );
    expect(await cli.json(['artifact', 'describe', platform])).toMatchObject({ indexes: [{ digest }] });
    expect((await cli.rollcall(['artifact', 'register', '-'], { stdin: '{}' })).exit).not.toBe(0);
    expect((await cli.rollcall(['artifact', 'describe', `sha256:${'e'.repeat(64)}`])).exit).toBe(5);
  });
});

describe('watch', () => {
  test('follows what is recorded, and continues behind a cursor', async () => {
    const following = cli.rollcall([
      'deployment',
      'watch',
      '--deployment-name',
      'watched',
      '--count',
      '2',
      '-o',
      'ndjson',
    ]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const argv = [
      'deployment',
      'record',
      '--deployment-name',
      'watched',
      '--kind',
      'file',
      '--digest',
      SIGNER_DIGEST,
    ];
    await cli.rollcall(argv);
    await cli.rollcall([...argv, '--status', 'decommissioned']);
    const { exit, out } = await following;
    const changes = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; cursor: string });
    expect([exit, changes.map(({ type }) => type)]).toEqual([0, ['RECORDED', 'DECOMMISSIONED']]);
    const later = await cli.rollcall([
      'deployment',
      'watch',
      '--after',
      changes[0]?.cursor ?? '',
      '--count',
      '1',
      '-o',
      'ndjson',
    ]);
    expect((JSON.parse(later.out) as { type: string }).type).toBe('DECOMMISSIONED');
  });
  test('a wrong token: 4', async () => {
    expect(
      (await cli.rollcall(['deployment', 'watch'], { env: { ROLLCALL_TOKEN: 'rollcall_wrong' } })).exit,
    ).toBe(4);
  });
});

test('the demo tells its stories once', async () => {
  const env = { ROLLCALL_URL: cli.registry.url, ROLLCALL_TOKEN: cli.registry.token };
  const first = await runMain(['demo'], { env, now: Date.now() });
  expect([first.exit, first.err]).toEqual([0, expect.stringMatching(/\d+ observations recorded\n/)]);
  expect(first.out).toContain('$ rollcall deployment list --stale');
  const names = [...new Set(STORIES.map(({ name }) => name))].flatMap((name) => ['--deployment-name', name]);
  const all = () =>
    cli.json<{ items: { id: string }[] }>(['deployment', 'list', '--history', '--all', ...names]);
  const before = await all();
  const again = await runMain(['demo'], { env, now: Date.now() + 86_400_000 });
  expect([again.exit, again.err]).toEqual([0, expect.stringContaining('the demo was there already')]);
  expect(await all()).toEqual(before);
  expect((await cli.rollcall(['deployment', 'list', '--stale', '-o', 'json'])).out).toContain(
    'index-checker',
  );
});
