import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runMain } from './run-main.js';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/attestations/${name}`, import.meta.url));
const PROVENANCE = example('npm-sigstore-1.3.0.provenance.json');
const IDENTITY = 'https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const verify = (...argv: string[]) => runMain(['attestation', 'verify', ...argv]);

describe('attestation verify', () => {
  test('exits 0 for what is verified, and says verdict and policy side by side', async () => {
    const { exit, out } = await verify(PROVENANCE);
    expect(exit).toBe(0);
    expect(out).toContain('VERIFIED, policy NONE');
    expect(out).toContain('pkg:npm/sigstore@1.3.0');
  });
  test('an identity is satisfied, or the exit code is 1', async () => {
    const policy = (identity: string) =>
      verify(
        PROVENANCE,
        '--certificate-identity',
        identity,
        '--certificate-oidc-issuer',
        ISSUER,
        '-o',
        'json',
      );
    const good = await policy(IDENTITY);
    expect([good.exit, (JSON.parse(good.out) as { items: object[] }).items[0]]).toMatchObject([
      0,
      { verdict: 'VERIFIED', policy: 'SATISFIED' },
    ]);
    const bad = await policy('https://github.com/evil/evil/.github/workflows/x.yml@refs/heads/main');
    expect([bad.exit, (JSON.parse(bad.out) as { items: object[] }).items[0]]).toMatchObject([
      1,
      { verdict: 'VERIFIED', policy: 'NOT_SATISFIED' },
    ]);
  });
  test('-o json gives the items in the documented shape', async () => {
    const { items } = JSON.parse((await verify(PROVENANCE, '-o', 'json')).out) as { items: object[] };
    const fields = [
      'index',
      'format',
      'verdict',
      'reason',
      'policy',
      'predicateType',
      'subjects',
      'signer',
      'buildRun',
      'mismatches',
    ];
    expect(Object.keys(items[0] ?? {}).sort()).toEqual([...fields].sort());
  });
  test('another artifact is a mismatch of the subject: 1', async () => {
    const { exit, out } = await verify(PROVENANCE, '--digest', `sha512:${'0'.repeat(128)}`);
    expect(exit).toBe(1);
    expect(out).toContain('SUBJECT_MISMATCH');
    expect(out).toContain('compare the subjects');
  });
  test('what has no key says how to give one: 1', async () => {
    const { exit, out } = await verify(example('container-image.gcloud.json'));
    expect(exit).toBe(1);
    expect(out).toContain('UNVERIFIED');
    expect(out).toContain('--key FILE');
  });
  test('of several files every one must be verified', async () => {
    const { exit, out } = await verify(PROVENANCE, example('container-image.gcloud.json'), '-o', 'json');
    expect(exit).toBe(1);
    expect((JSON.parse(out) as { items: { file: string }[] }).items.map(({ file }) => file)).toContain(
      PROVENANCE,
    );
  });
  test('a file that is no attestation is INVALID: 1', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rollcall-cli-')), 'x.json');
    writeFileSync(file, '\u001b[2Jnot json');
    const { exit, out } = await verify(file);
    expect([exit, out.includes('INVALID')]).toEqual([1, true]);
  });
  test('a missing file is 5', async () => expect((await verify('/nonexistent.json')).exit).toBe(5));
  test.each([
    [['--certificate-identity', 'x']],
    [['--certificate-oidc-issuer', 'x']],
    [['--artifact', PROVENANCE, '--digest', `sha256:${'a'.repeat(64)}`]],
    [['--digest', 'sha256:1']],
    [['--tlog-threshold', '-1']],
    [['--tlog-threshold', 'many']],
    [['--trusted-root', PROVENANCE]],
    [['--key', PROVENANCE]],
  ])('%j is a usage error: 2', async (options) =>
    expect((await verify(PROVENANCE, ...options)).exit).toBe(2),
  );
});
