import { beforeAll, describe, expect, it } from 'vitest';
import { verifyFile, type VerifiedItem, type VerifyOptions } from '../../src/evidence/verify-file.js';
import { toBytes } from './fixtures.js';
import {
  DIGEST,
  encode,
  IDENTITY,
  ISSUER,
  provenance,
  REPOSITORY,
  sha256,
  startInstance,
  type Instance,
} from './sigstore-instance.js';

const MINUTE = 60_000;

let home: Instance;
let other: Instance;

beforeAll(async () => {
  [home, other] = await Promise.all([startInstance(), startInstance()]);
});

const trusting = (...instances: Instance[]): VerifyOptions => ({
  trustedRoots: instances.map(({ root }) => ({ bytes: toBytes(root) })),
});

function check(bundle: unknown, options: VerifyOptions = {}): VerifiedItem {
  return verifyFile(toBytes(bundle), { ...trusting(home), ...options })[0]!;
}

const outcome = ({ verdict, reason }: VerifiedItem) => `${verdict} ${reason}`;

describe('keyless attestations of a Sigstore instance', () => {
  it('an attestation that agrees with its certificate is VERIFIED', async () => {
    expect(
      check(await home.sign(), { identity: IDENTITY, issuer: ISSUER, digest: `sha256:${DIGEST}` }),
    ).toMatchObject({
      verdict: 'VERIFIED',
      reason: null,
      policy: 'SATISFIED',
      signer: { kind: 'CERTIFICATE', identity: IDENTITY, issuer: ISSUER },
      buildRun: { sourceRepo: REPOSITORY, runId: '42' },
      mismatches: [],
    });
  });

  it('a predicate that names another repository than the certificate is a MISMATCH', async () => {
    const item = check(await home.sign({ statement: provenance('https://github.com/acme/payments') }));
    expect(item).toMatchObject({ verdict: 'MISMATCH', reason: 'BUILD_MISMATCH' });
    expect(item.mismatches).toContainEqual({
      field: 'sourceRepo',
      claimed: 'https://github.com/acme/payments',
      certified: REPOSITORY,
    });
  });

  it('an attestation of another instance is INVALID', async () => {
    expect(outcome(check(await other.sign()))).toBe('INVALID CERTIFICATE_UNTRUSTED');
  });

  it('an attestation holds when one of several roots holds', async () => {
    expect(check(await home.sign(), trusting(other, home)).verdict).toBe('VERIFIED');
    expect(check(await home.sign(), trusting(home, other)).verdict).toBe('VERIFIED');
  });

  it('of several roots, the reason that says most is reported', async () => {
    const bundle = await home.sign({ signedBytes: (payload) => payload });
    expect(outcome(check(bundle, trusting(other, home)))).toBe('INVALID SIGNATURE');
  });

  it('a signature without the DSSE encoding is INVALID', async () => {
    expect(outcome(check(await home.sign({ signedBytes: (payload) => payload })))).toBe('INVALID SIGNATURE');
  });

  it('a payload signed under another type is INVALID', async () => {
    const signedBytes = (payload: Buffer) => encode('text/plain', payload);
    expect(outcome(check(await home.sign({ signedBytes })))).toBe('INVALID SIGNATURE');
    expect(outcome(check(await home.sign({ payloadType: 'text/plain' })))).toBe('INVALID PAYLOAD_TYPE');
  });

  it('a well signed payload that is no statement is INVALID', async () => {
    expect(outcome(check(await home.sign({ statement: { any: 'thing' } })))).toBe('INVALID STATEMENT');
  });

  it('a certificate that had expired at the signing time is INVALID', async () => {
    const expired = await home.sign({ at: new Date(Date.now() + 11 * MINUTE) });
    expect(outcome(check(expired, { now: Date.now() + 60 * MINUTE }))).toBe('INVALID CERTIFICATE_EXPIRED');
  });

  it('a signing time in the future is INVALID', async () => {
    const bundle = await home.sign();
    expect(outcome(check(bundle, { now: Date.now() - 60 * MINUTE }))).toBe('INVALID TIME_IN_FUTURE');
  });

  it('a bundle without any signing time is INVALID, whatever the thresholds', async () => {
    const bundle = await home.sign();
    delete bundle.verificationMaterial.tlogEntries[0].inclusionPromise;
    expect(outcome(check(bundle))).toBe('INVALID TIMESTAMP');
    bundle.verificationMaterial.tlogEntries = [];
    const none = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
    expect(outcome(check(bundle, none))).toBe('INVALID TIMESTAMP');
  });

  it('a time stamp authority can stand in for the log where the thresholds say so', async () => {
    const bundle = await home.sign({ timestamp: true });
    bundle.verificationMaterial.tlogEntries = [];
    expect(outcome(check(bundle))).toBe('INVALID LOG_MISSING');
    expect(check(bundle, { tlogThreshold: 0 }).verdict).toBe('VERIFIED');
    const asOfRoot = { trustedRoots: [{ bytes: toBytes(home.root), thresholds: { tlogThreshold: 0 } }] };
    expect(check(bundle, asOfRoot).verdict).toBe('VERIFIED');
  });

  it('a time stamp of an authority outside the root is INVALID', async () => {
    const bundle = await home.sign({ timestamp: true });
    bundle.verificationMaterial.timestampVerificationData = (
      await other.sign({ timestamp: true })
    ).verificationMaterial.timestampVerificationData;
    expect(outcome(check(bundle))).toBe('INVALID TIMESTAMP');
  });

  it('repeated log entries and time stamps, and more than 8, are refused', async () => {
    const limit = 'INVALID LOG_MATERIAL_LIMIT';
    const bundle = await home.sign({ timestamp: true });
    const material = bundle.verificationMaterial;
    const stamps = material.timestampVerificationData.rfc3161Timestamps;
    const twice = (list: unknown[]) => [...list, ...list];
    const withMaterial = (change: object) => ({
      ...bundle,
      verificationMaterial: { ...material, ...change },
    });
    expect(outcome(check(withMaterial({ tlogEntries: twice(material.tlogEntries) })))).toBe(limit);
    const data = { rfc3161Timestamps: twice(stamps) };
    expect(outcome(check(withMaterial({ timestampVerificationData: data })))).toBe(limit);
    expect(outcome(check(await home.sign({ logEntries: 9 })))).toBe(limit);
  });

  it('a log entry dsse/0.0.2 is refused, because its log never issues one', async () => {
    const bundle = await home.sign({ entry: (entry) => ({ ...entry, apiVersion: '0.0.2' }) });
    expect(outcome(check(bundle))).toBe('INVALID LOG_ENTRY_REFUSED');
  });

  it('log entries intoto/0.0.1 and of unknown kind are UNVERIFIED', async () => {
    for (const kind of ['intoto', 'helm']) {
      const bundle = await home.sign({ entry: (entry) => ({ ...entry, kind }) });
      expect(outcome(check(bundle))).toBe('UNVERIFIED UNSUPPORTED_LOG_ENTRY');
    }
  });

  it('a log entry that records another signer is INVALID', async () => {
    const stranger = await home.sign();
    const body = JSON.parse(
      Buffer.from(stranger.verificationMaterial.tlogEntries[0].canonicalizedBody, 'base64').toString(),
    );
    const verifier = body.spec.signatures[0].verifier;
    const entry = (own: any) => ({
      ...own,
      spec: { ...own.spec, signatures: [{ ...own.spec.signatures[0], verifier }] },
    });
    expect(outcome(check(await home.sign({ entry })))).toBe('INVALID LOG_ENTRY');
  });

  it('a log proof without a checkpoint is UNVERIFIED', async () => {
    const bundle = await home.sign();
    bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
    delete bundle.verificationMaterial.tlogEntries[0].inclusionProof.checkpoint;
    expect(outcome(check(bundle))).toBe('UNVERIFIED CHECKPOINT_MISSING');
  });

  it('a checkpoint signer that is a pathological pattern costs nothing', async () => {
    const bundle = await home.sign();
    const proof = bundle.verificationMaterial.tlogEntries[0].inclusionProof;
    proof.checkpoint.envelope = proof.checkpoint.envelope.replace(
      /— \S+/,
      `— (${'([a-z.]+)+'.repeat(20)})+$`,
    );
    const start = performance.now();
    expect(outcome(check(bundle))).toBe('INVALID LOG_PROOF');
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('policies', () => {
  const state = async (identity: string, issuer = ISSUER) =>
    check(await home.sign(), { identity, issuer }).policy;

  it('no policy is not a satisfied policy', async () => {
    expect(check(await home.sign()).policy).toBe('NONE');
  });

  it('the identity is compared whole and literally', async () => {
    expect(await state(IDENTITY)).toBe('SATISFIED');
    for (const identity of [
      '.',
      '.*',
      IDENTITY.slice(0, -1),
      IDENTITY.slice(1),
      `${IDENTITY}x`,
      IDENTITY.replaceAll('.', 'x'),
      IDENTITY.toUpperCase(),
      IDENTITY.replace('acme', '\u0430cme'),
      `^${IDENTITY}$`,
    ]) {
      expect(await state(identity)).toBe('NOT_SATISFIED');
    }
  });

  it('the issuer is compared whole and literally', async () => {
    for (const issuer of [`${ISSUER}/x`, ISSUER.slice(0, -1), ISSUER.replace('https', 'http')]) {
      expect(await state(IDENTITY, issuer)).toBe('NOT_SATISFIED');
    }
  });

  it('an empty policy, or half of one, is refused', async () => {
    const bundle = await home.sign();
    for (const policy of [
      { identity: '' },
      { identity: IDENTITY },
      { issuer: ISSUER },
      { identity: IDENTITY, issuer: '' },
    ]) {
      expect(() => check(bundle, policy)).toThrow(expect.objectContaining({ code: 'EMPTY_POLICY' }));
    }
  });
});

describe('signatures over an artifact itself', () => {
  const message = Buffer.from('artifact');

  it('hold for the artifact, for its digest, and for the digest that the bundle states', async () => {
    const bundle = await home.sign({ message });
    for (const asked of [{ artifact: message }, { digest: `sha256:${DIGEST}` }, {}]) {
      expect(check(bundle, asked)).toMatchObject({ verdict: 'VERIFIED', subjects: null });
    }
  });

  it('do not hold for another artifact or digest', async () => {
    const bundle = await home.sign({ message });
    const mismatch = 'INVALID SUBJECT_MISMATCH';
    expect(outcome(check(bundle, { artifact: Buffer.from('other') }))).toBe(mismatch);
    expect(outcome(check(bundle, { digest: `sha256:${'0'.repeat(64)}` }))).toBe(mismatch);
    expect(outcome(check(bundle, { digest: `sha512:${DIGEST}${DIGEST}` }))).toBe(mismatch);
  });

  it('do not hold when the signature was made over something else', async () => {
    const bundle = await home.sign({ message });
    const stated = sha256(Buffer.from('other')).toString('base64');
    bundle.messageSignature.messageDigest.digest = stated;
    expect(check(bundle).verdict).toBe('INVALID');
  });

  it('are INVALID when the algorithm and the length of the digest disagree', async () => {
    const bundle = await home.sign({ message });
    bundle.messageSignature.messageDigest.algorithm = 'SHA2_512';
    expect(outcome(check(bundle))).toBe('INVALID MALFORMED');
  });
});
