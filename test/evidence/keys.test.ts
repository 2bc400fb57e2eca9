import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadTrustedKeys } from '../../src/evidence/trusted-keys.js';
import { verifyFile, type VerifiedItem, type VerifyOptions } from '../../src/evidence/verify-file.js';
import { CHAINLOOP, fixture, fixtureJson, GCLOUD, PUBLIC_GOOD, PUBLISH, toBytes } from './fixtures.js';
import { DIGEST, encode, IDENTITY, ISSUER, provenance } from './sigstore-instance.js';

const TYPE = 'application/vnd.in-toto+json';
const ec = (namedCurve = 'prime256v1') => generateKeyPairSync('ec', { namedCurve });
const pem = (key: KeyObject) => Buffer.from(key.export({ format: 'pem', type: 'spki' }));
const first = ec();
const second = ec();

function envelope(
  signers: { privateKey: KeyObject; keyid?: string; hash?: string | null; content?: (p: Buffer) => Buffer }[],
  statement: unknown = provenance(),
) {
  const payload = Buffer.from(JSON.stringify(statement));
  return {
    payloadType: TYPE,
    payload: payload.toString('base64'),
    signatures: signers.map(({ privateKey, keyid = '', hash = 'sha256', content }) => ({
      keyid,
      sig: sign(hash, content?.(payload) ?? encode(TYPE, payload), privateKey).toString('base64'),
    })),
  };
}

const check = (json: unknown, options: VerifyOptions = {}): VerifiedItem =>
  verifyFile(toBytes(json), options)[0]!;
const outcome = ({ verdict, reason }: VerifiedItem) => `${verdict} ${reason}`;
const keys = (...pairs: { publicKey: KeyObject }[]) => pairs.map(({ publicKey }) => pem(publicKey));

describe('DSSE envelopes and public keys', () => {
  it('a signature by the given key is VERIFIED, with any usual kind of key', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ed = generateKeyPairSync('ed25519');
    for (const [pair, hash] of [
      [first, 'sha256'],
      [ec('secp384r1'), 'sha384'],
      [ec('secp384r1'), 'sha256'],
      [ec('secp521r1'), 'sha512'],
      [rsa, 'sha256'],
      [ed, null],
    ] as const) {
      const item = check(envelope([{ privateKey: pair.privateKey, hash }]), { keys: keys(pair) });
      expect(item).toMatchObject({
        verdict: 'VERIFIED',
        format: 'dsse',
        signer: { kind: 'KEY', identity: null },
      });
    }
  });

  it('a signature by another key than the given one is INVALID', () => {
    expect(outcome(check(envelope([first]), { keys: keys(second) }))).toBe('INVALID SIGNATURE');
  });

  it('without a key for it, an envelope is UNVERIFIED', () => {
    expect(outcome(check(envelope([first])))).toBe('UNVERIFIED NO_KEY');
    expect(outcome(check(envelope([first]), { trustedKeys: keys(second) }))).toBe('UNVERIFIED NO_KEY');
    expect(check(envelope([first]), { trustedKeys: keys(first) }).verdict).toBe('VERIFIED');
  });

  it('a signature without the DSSE encoding is INVALID', () => {
    const bare = envelope([{ ...first, content: (payload) => payload }]);
    expect(outcome(check(bare, { keys: keys(first) }))).toBe('INVALID SIGNATURE');
  });

  it('a payload of another type is INVALID', () => {
    const other = { ...envelope([first]), payloadType: 'application/vnd.in-toto+json; charset=utf-8' };
    expect(outcome(check(other, { keys: keys(first) }))).toBe('INVALID PAYLOAD_TYPE');
  });

  it('a key counts once, however often it signed and however often it is given', () => {
    const twice = envelope([first, { ...first, keyid: 'again' }]);
    const options = { keys: keys(first, first), keyThreshold: 2 };
    expect(outcome(check(twice, options))).toBe('INVALID SIGNATURE');
    expect(check(envelope([first, second]), { keys: keys(first, second), keyThreshold: 2 }).verdict).toBe(
      'VERIFIED',
    );
  });

  it('more than 16 signatures, or none, are refused', () => {
    const many = envelope(Array.from({ length: 17 }, () => first));
    expect(outcome(check(many, { keys: keys(first) }))).toBe('INVALID SIGNATURE_COUNT');
    expect(outcome(check(envelope([]), { keys: keys(first) }))).toBe('INVALID SIGNATURE_COUNT');
    expect(check(envelope(Array.from({ length: 16 }, () => first)), { keys: keys(first) }).verdict).toBe(
      'VERIFIED',
    );
  });

  it('an identity policy is never satisfied by a key', () => {
    const item = check(envelope([first]), { keys: keys(first), identity: IDENTITY, issuer: ISSUER });
    expect(item).toMatchObject({ verdict: 'VERIFIED', policy: 'NOT_SATISFIED' });
  });

  it('an envelope signed by a short-lived certificate, without log material, is UNVERIFIED', () => {
    const json = envelope([first]);
    Object.assign(json.signatures[0]!, { cert: '-----BEGIN CERTIFICATE-----' });
    expect(outcome(check(json))).toBe('UNVERIFIED NO_LOG_MATERIAL');
  });

  it('Chainloop attestations are UNVERIFIED without a key and keep their claims', () => {
    const item = verifyFile(fixture(CHAINLOOP))[0]!;
    expect(item).toMatchObject({ verdict: 'UNVERIFIED', reason: 'NO_KEY', signer: null });
    expect(item.buildRun).toMatchObject({ mapper: 'chainloop-v0.2', workflowName: 'only-sbom' });
  });

  it('a regional Google Cloud Build signature over the bare payload is UNVERIFIED', () => {
    const keyid =
      'projects/verified-builder/locations/us-west2/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1';
    const signed = envelope([{ ...first, keyid, content: (payload) => payload }]);
    const document = { provenance_summary: { provenance: [{ envelope: signed, kind: 'BUILD' }] } };
    expect(outcome(check(document, { keys: keys(first) }))).toBe('UNVERIFIED UNSUPPORTED_SIGNATURE');
  });

  it('of a gcloud file only the envelope counts, not the readable copy', () => {
    const document = fixtureJson(GCLOUD);
    document.provenance_summary.provenance[0].build.inTotoSlsaProvenanceV1.subject[0].digest.sha256 = DIGEST;
    const options = { keys: [fixture('attestations/keys/sv-global-pae-google-hosted-worker_1.key')] };
    expect(check(document, { ...options, digest: `sha256:${DIGEST}` }).reason).toBe('SUBJECT_MISMATCH');
    delete document.provenance_summary.provenance[0].envelope;
    expect(outcome(check(document, options))).toBe('UNVERIFIED UNSIGNED');
  });
});

describe('bundles signed by a managed key', () => {
  it('npm publish attestations are VERIFIED by the shipped keys', () => {
    expect(verifyFile(fixture(PUBLISH))[0]).toMatchObject({
      verdict: 'VERIFIED',
      signer: { kind: 'KEY', keyId: 'SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA' },
      buildRun: null,
    });
  });

  it('a root of one’s own replaces the shipped trust, so the npm keys do not count', () => {
    const options = { trustedRoots: [{ bytes: fixture(PUBLIC_GOOD) }] };
    expect(outcome(verifyFile(fixture(PUBLISH), options)[0]!)).toBe('UNVERIFIED NO_KEY');
  });

  it('a key that was not valid at the signing time is refused', () => {
    const list = fixtureJson('attestations/keys/npm-registry-keys.json');
    for (const key of list.keys) key.publicKey.validFor = { start: '2024-01-01T00:00:00.000Z' };
    expect(outcome(verifyFile(fixture(PUBLISH), { keys: [toBytes(list)] })[0]!)).toBe('INVALID KEY_EXPIRED');
  });

  it('the npm registry’s own list of keys is read too', () => {
    const { keys: entries } = fixtureJson('attestations/keys/npm-registry-keys.json');
    const list = { keys: [{ keyid: entries[0].keyId, key: entries[0].publicKey.rawBytes, expires: null }] };
    expect(verifyFile(fixture(PUBLISH), { keys: [toBytes(list)] })[0]!.verdict).toBe('VERIFIED');
  });

  it('a trusted key without a name is tried on any hint', () => {
    const bundle = fixture('attestations/files/conformance-managed-key-happy-path.json');
    const confKey = fixture('attestations/keys/conf-key.pub');
    expect(verifyFile(bundle, { trustedKeys: [...keys(first), confKey] })[0]!.verdict).toBe('VERIFIED');
    expect(outcome(verifyFile(bundle, { trustedKeys: keys(first) })[0]!)).toBe('UNVERIFIED NO_KEY');
    expect(outcome(verifyFile(bundle, { keys: keys(first) })[0]!)).toBe('INVALID SIGNATURE');
  });

  it('a certificate does not count where a key is demanded', () => {
    const bundle = fixture('attestations/files/sgo--bundle-provenance.json');
    expect(outcome(verifyFile(bundle, { keys: keys(first) })[0]!)).toBe('UNVERIFIED NO_KEY');
  });
});

describe('key files', () => {
  const refusal = expect.objectContaining({ code: 'BAD_KEY' });

  it('hold one or several PEM public keys', () => {
    expect(loadTrustedKeys(Buffer.concat(keys(first, second)))).toHaveLength(2);
  });

  it('with private, weak, broken or no keys are refused', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const curve = ec('secp256k1');
    for (const bytes of [
      Buffer.from(first.privateKey.export({ format: 'pem', type: 'pkcs8' })),
      pem(weak.publicKey),
      pem(curve.publicKey),
      Buffer.from('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'),
      Buffer.from('{"keys":[{"keyId":"a"}]}'),
      Buffer.from('{"keys":1}'),
      Buffer.alloc(0),
    ]) {
      expect(() => loadTrustedKeys(bytes)).toThrow(refusal);
    }
  });
});

describe('digests of subjects', () => {
  const about = (digest: Record<string, string>, asked: VerifyOptions) =>
    outcome(check(envelope([first], provenance(undefined, digest)), { keys: keys(first), ...asked }));
  const artifact = Buffer.from('artifact');
  const asked = { digest: `sha256:${DIGEST}` };

  it('match by algorithm and exact lower-case hex', () => {
    expect(about({ sha256: DIGEST }, asked)).toBe('VERIFIED null');
    expect(about({ sha256: DIGEST }, { artifact })).toBe('VERIFIED null');
    for (const digest of [
      { sha512: DIGEST },
      { sha256: DIGEST.toUpperCase() },
      { sha256: DIGEST.slice(0, 63) },
      { sha256: `${DIGEST} ` },
      { sha1: DIGEST.slice(0, 40) },
      { gitCommit: DIGEST },
    ]) {
      expect(about(digest as unknown as Record<string, string>, asked)).toBe('INVALID SUBJECT_MISMATCH');
    }
  });

  it('are void when one of several contradicts the artifact or is malformed', () => {
    expect(about({ sha256: DIGEST, sha512: '0'.repeat(128) }, { artifact })).toBe('INVALID SUBJECT_MISMATCH');
    expect(about({ sha256: DIGEST, sha512: DIGEST }, asked)).toBe('INVALID SUBJECT_MISMATCH');
    expect(about({ sha256: DIGEST, gce_image_id: '7' }, asked)).toBe('VERIFIED null');
  });

  it('that are asked for must be well formed, and not come beside the artifact', () => {
    for (const digest of [
      DIGEST,
      `SHA256:${DIGEST}`,
      `sha256:${DIGEST.toUpperCase()}`,
      'sha1:00',
      `${asked.digest}:0`,
    ]) {
      expect(() => about({ sha256: DIGEST }, { digest })).toThrow(
        expect.objectContaining({ code: 'BAD_DIGEST' }),
      );
    }
    expect(() => about({ sha256: DIGEST }, { ...asked, artifact })).toThrow(
      expect.objectContaining({ code: 'ARTIFACT_AND_DIGEST' }),
    );
  });
});
