import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyFile } from '../../src/evidence/verify-file.js';
import {
  CHAINLOOP,
  fixture,
  fixtureJson,
  GCLOUD,
  PROVENANCE,
  PROVENANCE_V03,
  PUBLIC_GOOD,
  toBytes,
} from './fixtures.js';

const REKOR_V2 = 'attestations/files/conformance-rekor2-dsse-happy-path.json';
const REKOR_V2_ROOT = 'attestations/roots/conformance-rekor2-dsse-happy-path.json';

const single = (bytes: Uint8Array, options = {}) => {
  const items = verifyFile(bytes, options);
  expect(items).toHaveLength(1);
  return items[0]!;
};

describe('hostile files', () => {
  it('2 MB of junk is INVALID at once', () => {
    const junk = Buffer.alloc(2_000_000, 'junk \n{"[\xff');
    const text = Buffer.alloc(2_000_000, 'junk \n{"[');
    const start = performance.now();
    expect(single(junk)).toMatchObject({ verdict: 'INVALID', format: 'unknown' });
    expect(single(text).verdict).toBe('INVALID');
    expect(single(Buffer.alloc(2_000_000, 0xff)).reason).toBe('BAD_UTF8');
    expect(single(Buffer.alloc(2_000_000)).verdict).toBe('INVALID');
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('10 000 levels of JSON are INVALID at once', () => {
    const start = performance.now();
    for (const text of [
      '['.repeat(10_000) + ']'.repeat(10_000),
      '{"bundle":'.repeat(10_000) + '1' + '}'.repeat(10_000),
    ]) {
      expect(single(Buffer.from(text))).toMatchObject({ verdict: 'INVALID', reason: 'TOO_DEEP' });
    }
    expect(performance.now() - start).toBeLessThan(200);
  });

  it('an empty file and JSON of no known kind are INVALID', () => {
    expect(single(Buffer.alloc(0)).reason).toBe('BAD_JSON');
    for (const json of [{}, 1, null, 'text', { payload: 1 }]) {
      expect(single(toBytes(json))).toMatchObject({ verdict: 'INVALID', reason: 'UNKNOWN_FORMAT' });
    }
    for (const json of [[], { attestations: [] }, { provenance_summary: {} }]) {
      expect(single(toBytes(json))).toMatchObject({ verdict: 'INVALID', reason: 'NO_ATTESTATIONS' });
    }
  });

  it('truncated files are INVALID, wherever they are cut', () => {
    for (const path of [PROVENANCE, CHAINLOOP, GCLOUD]) {
      const bytes = fixture(path);
      const length = bytes.toString().trimEnd().length;
      for (let cut = 1; cut < length; cut += Math.ceil(length / 60)) {
        expect(single(bytes.subarray(0, cut)).verdict).toBe('INVALID');
      }
    }
  });

  it('fields of every wrong type are INVALID or UNVERIFIED, never an error', () => {
    const wrong = [null, true, 0, -1, 1e308, '', '=', 'a', '{}', [], [[]], {}, { length: 1e9 }];
    const paths = (value: unknown, path: string[] = []): string[][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...paths(inner, [...path, key])])
        : [];
    for (const path of paths(fixtureJson(PROVENANCE_V03))) {
      for (const value of wrong) {
        const json = fixtureJson(PROVENANCE_V03);
        const holder = path.slice(0, -1).reduce((at, key) => at[key], json);
        holder[path.at(-1)!] = value;
        const { verdict } = single(toBytes(json));
        // The log index beside the proof and the envelope's key id are not part of what is proven.
        if (verdict === 'VERIFIED')
          expect(path.at(-1)).toMatch(/^(keyid|treeSize|rootHash|logIndex|inclusionProof)$/);
      }
    }
  });

  it('hostile ASN.1 in place of certificate, time stamp or signature is INVALID', () => {
    const nested = (depth: number) => {
      let der = Buffer.from([0x05, 0x00]);
      for (let level = 0; level < depth; level += 1) {
        const length = der.length < 128 ? [der.length] : [0x82, der.length >> 8, der.length & 0xff];
        der = Buffer.concat([Buffer.from([0x30, ...length]), der]);
      }
      return der;
    };
    const hostile = [
      nested(5000),
      Buffer.from([0x30, 0x80]),
      Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x30, 0x86, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.concat([Buffer.from([0x06, 0x83, 0x10, 0x00, 0x00]), Buffer.alloc(0x100000, 0xff)]),
      Buffer.concat(Array(3000).fill(Buffer.from([0x04, 0x02, 0x30, 0x00]))),
      Buffer.alloc(100_000, 0x30),
    ].map((der) => der.toString('base64'));
    const start = performance.now();
    for (const der of hostile) {
      const json = fixtureJson(PROVENANCE_V03);
      json.verificationMaterial.certificate.rawBytes = der;
      expect(single(toBytes(json)).verdict).toBe('INVALID');
      const stamped = fixtureJson(PROVENANCE_V03);
      stamped.verificationMaterial.timestampVerificationData = {
        rfc3161Timestamps: [{ signedTimestamp: der }],
      };
      expect(single(toBytes(stamped)).verdict).toBe('INVALID');
      const signed = fixtureJson(PROVENANCE_V03);
      signed.dsseEnvelope.signatures[0].sig = der;
      expect(single(toBytes(signed)).verdict).toBe('INVALID');
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('a log entry whose body is hostile JSON is INVALID', () => {
    for (const body of [
      '['.repeat(10_000),
      '{"kind":"dsse","kind":"dsse"}',
      'null',
      '{"kind":{},"apiVersion":[]}',
    ]) {
      const json = fixtureJson(PROVENANCE_V03);
      json.verificationMaterial.tlogEntries[0].canonicalizedBody = Buffer.from(body).toString('base64');
      expect(['INVALID', 'UNVERIFIED']).toContain(single(toBytes(json)).verdict);
    }
  });
});

describe('one flipped byte', () => {
  const cases = [
    { path: PROVENANCE_V03, root: PUBLIC_GOOD },
    { path: REKOR_V2, root: REKOR_V2_ROOT },
  ];
  const parts: Record<string, (json: any) => [any, string][]> = {
    payload: (json) => [[json.dsseEnvelope, 'payload']],
    signature: (json) => [[json.dsseEnvelope.signatures[0], 'sig']],
    certificate: (json) => [[json.verificationMaterial.certificate, 'rawBytes']],
    'log entry': (json) => [[json.verificationMaterial.tlogEntries[0], 'canonicalizedBody']],
    'log proof': (json) => {
      const { hashes } = json.verificationMaterial.tlogEntries[0].inclusionProof;
      return hashes.map((_: string, index: number) => [hashes, String(index)]);
    },
    'time proof': (json) => {
      const { tlogEntries, timestampVerificationData: stamps } = json.verificationMaterial;
      return stamps?.rfc3161Timestamps?.length
        ? [[stamps.rfc3161Timestamps[0], 'signedTimestamp']]
        : [[tlogEntries[0].inclusionPromise, 'signedEntryTimestamp']];
    },
  };

  for (const { path, root } of cases) {
    for (const [name, holders] of Object.entries(parts)) {
      it(`in the ${name} of ${path.split('/').at(-1)} is never VERIFIED`, () => {
        const options = { trustedRoots: [{ bytes: fixture(root) }] };
        const text = fixture(path).toString();
        expect(single(Buffer.from(text), options).verdict).toBe('VERIFIED');
        fc.assert(
          fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, where, mask) => {
            const json = JSON.parse(text);
            const list = holders(json);
            const [holder, field] = list[which % list.length]!;
            const bytes = Buffer.from(holder[field], 'base64');
            bytes[where % bytes.length]! ^= mask;
            holder[field] = bytes.toString('base64');
            const { verdict } = single(toBytes(json), options);
            // Bytes of a time stamp that its signature does not cover (status text, embedded certificates) may change.
            if (name !== 'time proof') expect(verdict).not.toBe('VERIFIED');
            else if (verdict === 'VERIFIED') expect(path).toBe(REKOR_V2);
            expect(verdict).not.toBe('MISMATCH');
          }),
          { numRuns: 60 },
        );
      });
    }
  }

  it('anywhere in the file never gives VERIFIED with other content', () => {
    const bytes = fixture(PROVENANCE_V03);
    const before = single(bytes);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (where, mask) => {
        const changed = Buffer.from(bytes);
        changed[where]! ^= mask;
        for (const item of verifyFile(changed)) {
          if (item.verdict === 'VERIFIED') expect(item).toEqual(before);
        }
      }),
      { numRuns: 300 },
    );
  });
});
