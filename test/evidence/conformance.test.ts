import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/evidence/reasons.js';
import { verifyFile, type VerifyOptions } from '../../src/evidence/verify-file.js';
import { fixture } from './fixtures.js';

const CASES = 'sigstore-conformance/bundle-verify';
const DIRECTORY = new URL(`../fixtures/${CASES}/`, import.meta.url);
const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

const names = readdirSync(DIRECTORY, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

function optionsOf(name: string): VerifyOptions {
  const has = (file: string) => existsSync(new URL(`${name}/${file}`, DIRECTORY));
  const text = (file: string) => fixture(`${CASES}/${name}/${file}`).toString('utf8').trim();
  return {
    ...(has('trusted_root.json')
      ? { trustedRoots: [{ bytes: fixture(`${CASES}/${name}/trusted_root.json`) }] }
      : {}),
    ...(has('key.pub')
      ? { keys: [fixture(`${CASES}/${name}/key.pub`)] }
      : {
          identity: has('identity') ? text('identity') : IDENTITY,
          issuer: has('issuer') ? text('issuer') : ISSUER,
        }),
  };
}

function artifactOf(name: string): Buffer {
  const own = `${name}/artifact`;
  return fixture(`${CASES}/${existsSync(new URL(own, DIRECTORY)) ? own : 'a.txt'}`);
}

/** As a client's exit code: the cryptography holds, and so does everything that was asked for. */
function accepts(name: string, asked: VerifyOptions): boolean {
  const options = { ...optionsOf(name), ...asked };
  try {
    const items = verifyFile(fixture(`${CASES}/${name}/bundle.sigstore.json`), options);
    return items.every(
      ({ verdict, policy }) => ['VERIFIED', 'MISMATCH'].includes(verdict) && policy !== 'NOT_SATISFIED',
    );
  } catch (error) {
    if (error instanceof OptionError && ['BAD_TRUSTED_ROOT', 'BAD_KEY'].includes(error.code)) return false;
    throw error;
  }
}

describe('sigstore-conformance', () => {
  it('is there with its 70 cases', () => expect(names).toHaveLength(70));

  it('happy-path-intoto-in-dsse-v3 is well signed, but its predicate names another repository and run', () => {
    const name = 'happy-path-intoto-in-dsse-v3';
    const [item] = verifyFile(fixture(`${CASES}/${name}/bundle.sigstore.json`), optionsOf(name));
    expect(item).toMatchObject({ verdict: 'MISMATCH', reason: 'BUILD_MISMATCH', policy: 'SATISFIED' });
    expect(item!.mismatches!.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['sourceRepo', 'sourceCommit', 'runUrl']),
    );
  });

  for (const name of names) {
    const expected = !name.endsWith('_fail');
    it(`${name} is ${expected ? 'accepted' : 'refused'} with the artifact`, () => {
      expect(accepts(name, { artifact: artifactOf(name) })).toBe(expected);
    });
    it(`${name} is ${expected ? 'accepted' : 'refused'} with the digest of the artifact`, () => {
      const digest = `sha256:${createHash('sha256').update(artifactOf(name)).digest('hex')}`;
      expect(accepts(name, { digest })).toBe(expected);
    });
  }
});
