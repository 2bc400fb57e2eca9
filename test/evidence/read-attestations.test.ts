import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readAttestations } from '../../src/evidence/read-attestations.js';
import { verifyFile } from '../../src/evidence/verify-file.js';
import { CHAINLOOP, fixture, fixtureJson, PROVENANCE, PROVENANCE_V03, PUBLISH, toBytes } from './fixtures.js';
import { provenance } from './sigstore-instance.js';

const PYPI = 'attestations/files/pypi--pypi_attestations-0.0.19.tar.gz.slsa.attestation';

const bundle = fixtureJson(PROVENANCE);
const line = JSON.stringify(bundle);
const read = (text: string) => readAttestations(Buffer.from(text));
const formats = (document: unknown) => readAttestations(toBytes(document)).map(({ format }) => format);
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('reading a file of attestations', () => {
  it('a single document is carried by the whole file', () => {
    const bytes = fixture(PROVENANCE);
    expect(readAttestations(bytes)).toMatchObject([
      {
        index: 0,
        format: 'sigstore-bundle',
        start: 0,
        end: bytes.length,
        sha256: sha256(bytes),
        refusal: null,
      },
    ]);
  });

  it('every line of JSON Lines is carried by its own bytes, blank lines do not count', () => {
    const items = read(`\n${line}\r\n\n  ${JSON.stringify(fixtureJson(CHAINLOOP))}\n`);
    expect(items.map(({ index, format }) => [index, format])).toEqual([
      [0, 'sigstore-bundle'],
      [1, 'dsse'],
    ]);
    expect(items[0]).toMatchObject({ start: 1, end: 1 + line.length, sha256: sha256(line) });
  });

  it('a bad line is an item with a reason and spoils no other', () => {
    const deep = '['.repeat(100) + ']'.repeat(100);
    const text = [line, '{"payload":', line, '{"a":1,"a":1}', deep, '[]', 'null', line].join('\n');
    const items = verifyFile(Buffer.from(text));
    expect(items.map(({ verdict, reason }) => reason ?? verdict)).toEqual([
      'VERIFIED',
      'BAD_JSON',
      'VERIFIED',
      'DUPLICATE_KEY',
      'TOO_DEEP',
      'NO_ATTESTATIONS',
      'UNKNOWN_FORMAT',
      'VERIFIED',
    ]);
    expect(verifyFile(Buffer.from(`{"payload":\n${line}`)).map(({ verdict }) => verdict)).toEqual([
      'INVALID',
      'VERIFIED',
    ]);
  });

  it('takes 1000 lines and refuses 1001', () => {
    expect(read(Array(1000).fill('{}').join('\n'))).toHaveLength(1000);
    expect(read(Array(1001).fill('{}').join('\n'))).toMatchObject([{ refusal: 'TOO_MANY_ATTESTATIONS' }]);
    expect(readAttestations(toBytes(Array(1001).fill({})))).toMatchObject([
      { refusal: 'TOO_MANY_ATTESTATIONS' },
    ]);
  });

  it('a broken document that is laid out over lines is one item', () => {
    const text = JSON.stringify(bundle, null, 1);
    expect(read(text.slice(0, -3))).toMatchObject([{ index: 0, format: 'unknown', refusal: 'BAD_JSON' }]);
  });

  it('npm attestation documents list their bundles', () => {
    const document = {
      attestations: [PUBLISH, PROVENANCE].map((path) => ({
        predicateType: 'any',
        bundle: fixtureJson(path),
      })),
    };
    const items = verifyFile(toBytes(document));
    expect(items.map(({ index, format, verdict }) => [index, format, verdict])).toEqual([
      [0, 'npm', 'VERIFIED'],
      [1, 'npm', 'VERIFIED'],
    ]);
    expect(items[1]!.predicateType).toBe('https://slsa.dev/provenance/v0.2');
  });

  it('lists of bundles as GitHub gives them, and arrays, are read', () => {
    expect(formats({ attestations: [{ bundle, repository_id: 1 }] })).toEqual(['sigstore-bundle']);
    expect(formats([bundle, fixtureJson(CHAINLOOP), 7])).toEqual(['sigstore-bundle', 'dsse', 'unknown']);
  });

  it('PyPI attestations are read alone and in a provenance object', () => {
    const attestation = fixtureJson(PYPI);
    expect(formats(attestation)).toEqual(['pypi']);
    const provenanceObject = {
      version: 1,
      attestation_bundles: [{ publisher: {}, attestations: [attestation] }],
    };
    expect(verifyFile(toBytes(provenanceObject))).toMatchObject([{ format: 'pypi', verdict: 'VERIFIED' }]);
    expect(readAttestations(toBytes({ ...attestation, version: 2 }))).toMatchObject([
      { refusal: 'MALFORMED' },
    ]);
  });

  it('a bundle of cosign 1 and 2 for a blob is read by its log entry', () => {
    const { verificationMaterial: material, messageSignature } = fixtureJson(
      'sigstore-conformance/bundle-verify/happy-path-v0.1/bundle.sigstore.json',
    );
    const entry = material.tlogEntries[0];
    const pem = `-----BEGIN CERTIFICATE-----\n${material.x509CertificateChain.certificates[0].rawBytes}\n-----END CERTIFICATE-----\n`;
    const blob = {
      base64Signature: messageSignature.signature,
      cert: Buffer.from(pem).toString('base64'),
      rekorBundle: {
        SignedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
        Payload: {
          body: entry.canonicalizedBody,
          integratedTime: Number(entry.integratedTime),
          logIndex: Number(entry.logIndex),
          logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
        },
      },
    };
    const artifact = fixture('sigstore-conformance/bundle-verify/a.txt');
    expect(verifyFile(toBytes(blob), { artifact })).toMatchObject([
      { format: 'cosign', verdict: 'VERIFIED' },
    ]);
    expect(verifyFile(toBytes({ ...blob, rekorBundle: undefined }))).toMatchObject([
      { verdict: 'UNVERIFIED', reason: 'NO_LOG_MATERIAL' },
    ]);
  });

  it('statements without a signature are UNVERIFIED and keep their claims', () => {
    for (const _type of ['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']) {
      const [item] = verifyFile(toBytes({ ...provenance(), _type }));
      expect(item).toMatchObject({
        format: 'statement',
        verdict: 'UNVERIFIED',
        reason: 'UNSIGNED',
        signer: null,
      });
      expect(item!.buildRun).toMatchObject({ runId: '42' });
    }
  });

  it('statements are read strictly', () => {
    const statement = provenance();
    const subject = statement.subject[0]!;
    for (const bad of [
      { ...statement, _type: 'https://in-toto.io/Statement/v2' },
      { ...statement, predicateType: '' },
      { ...statement, subject: [] },
      { ...statement, subject: Array(1025).fill(subject) },
      { ...statement, subject: [{ ...subject, digest: { sha256: 1 } }] },
      { ...statement, subject: [{ ...subject, digest: {} }] },
      { ...statement, subject: [{ ...subject, name: 1 }] },
      { ...statement, subject: subject },
    ]) {
      expect(readAttestations(toBytes(bad))).toMatchObject([{ format: 'statement', refusal: 'STATEMENT' }]);
    }
    expect(readAttestations(toBytes({ ...statement, subject: Array(1024).fill(subject) }))).toMatchObject([
      { refusal: 'UNSIGNED' },
    ]);
  });

  it('the payload of an envelope is held to the same limits as the file', () => {
    const envelope = (payload: string) => ({
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(payload).toString('base64'),
      signatures: [{ sig: 'AAAA' }],
    });
    const refusal = (payload: string) => readAttestations(toBytes(envelope(payload)))[0]!.refusal;
    expect(refusal('{"_type":1,"_type":1}')).toBe('DUPLICATE_KEY');
    expect(refusal('['.repeat(10_000))).toBe('TOO_DEEP');
    expect(refusal('{')).toBe('BAD_JSON');
  });

  it('bundles are read strictly', () => {
    const v03 = fixtureJson(PROVENANCE_V03);
    const entry = v03.verificationMaterial.tlogEntries[0];
    const material = (change: object) => ({
      ...v03,
      verificationMaterial: { ...v03.verificationMaterial, ...change },
    });
    const refusal = (json: unknown) => readAttestations(toBytes(json))[0]!.refusal;
    expect(refusal(v03)).toBeNull();
    expect(refusal({ ...v03, mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' })).toBe(
      'BUNDLE_VERSION',
    );
    expect(refusal({ ...v03, mediaType: `${v03.mediaType}x` })).toBe('BUNDLE_VERSION');
    expect(refusal({ ...v03, mediaType: undefined })).toBe('BUNDLE_VERSION');
    expect(
      refusal({ ...v03, messageSignature: { messageDigest: { digest: 'AAAA' }, signature: 'AAAA' } }),
    ).toBe('MALFORMED');
    expect(refusal(material({ publicKey: { hint: 'x' } }))).toBe('MALFORMED');
    expect(refusal(material({ certificate: { rawBytes: 'not base64!' } }))).toBe('MALFORMED');
    expect(refusal(material({ tlogEntries: [{ ...entry, logIndex: '-1' }] }))).toBe('MALFORMED');
    expect(refusal(material({ tlogEntries: [{ ...entry, canonicalizedBody: 1 }] }))).toBe('MALFORMED');
    const signatures = [...v03.dsseEnvelope.signatures, ...v03.dsseEnvelope.signatures];
    expect(refusal({ ...v03, dsseEnvelope: { ...v03.dsseEnvelope, signatures } })).toBe('SIGNATURE_COUNT');
    expect(refusal({ ...v03, dsseEnvelope: { ...v03.dsseEnvelope, payloadType: 'text/plain' } })).toBe(
      'PAYLOAD_TYPE',
    );
  });
});
