import { describe, expect, it } from 'vitest';
import { loadTrustedRoot } from '../../src/evidence/trusted-root.js';
import { npmRegistryKeys, publicGoodRoot } from '../../src/evidence/shipped-trust.js';
import { fixture, fixtureJson, PUBLIC_GOOD, toBytes } from './fixtures.js';

const root = (): any => fixtureJson(PUBLIC_GOOD);
const refuses = (json: unknown) =>
  expect(() => loadTrustedRoot(toBytes(json))).toThrow(expect.objectContaining({ code: 'BAD_TRUSTED_ROOT' }));

describe('trusted roots', () => {
  it('ask for one of each unless told otherwise', () => {
    const bytes = fixture(PUBLIC_GOOD);
    expect(loadTrustedRoot(bytes).thresholds).toEqual({
      tlogThreshold: 1,
      ctlogThreshold: 1,
      timestampThreshold: 1,
    });
    const internal = { tlogThreshold: 0, ctlogThreshold: 0 };
    expect(loadTrustedRoot(bytes, internal).thresholds).toEqual({ ...internal, timestampThreshold: 1 });
    for (const bad of [-1, 9, 0.5, NaN]) {
      expect(() => loadTrustedRoot(bytes, { tlogThreshold: bad })).toThrow(
        expect.objectContaining({ code: 'BAD_THRESHOLD' }),
      );
    }
  });

  it('are refused when a log or an authority has no start of validity', () => {
    for (const list of ['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities']) {
      const json = root();
      const part = json[list][0];
      delete (part.publicKey ?? part).validFor.start;
      refuses(json);
      delete (part.publicKey ?? part).validFor;
      refuses(json);
    }
  });

  it('are refused when something in them cannot be read', () => {
    const change = (edit: (json: any) => void) => {
      const json = root();
      edit(json);
      refuses(json);
    };
    change((json) => (json.mediaType = 'application/json'));
    change((json) => (json.tlogs[0].publicKey.validFor.start = 'yesterday'));
    change((json) => (json.tlogs[0].publicKey.rawBytes = 'AAAA'));
    change((json) => (json.certificateAuthorities[0].certChain.certificates[0].rawBytes = 'AAAA'));
    change((json) => (json.certificateAuthorities[0].certChain.certificates = []));
    change((json) => (json.tlogs = Array(65).fill(json.tlogs[0])));
    refuses([]);
    expect(() => loadTrustedRoot(Buffer.from('{"a":1,"a":2}'))).toThrow(/twice/);
  });

  it('are shipped for the public-good instance, with the keys of the npm registry', () => {
    expect(publicGoodRoot({}).id).toBe(
      'sha256:6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66',
    );
    expect(npmRegistryKeys().map(({ keyId }) => keyId)).toEqual([
      'SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA',
      'SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U',
    ]);
  });
});
