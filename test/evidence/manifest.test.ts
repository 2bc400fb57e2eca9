import { describe, expect, it } from 'vitest';
import { readCosignLayer } from '../../src/evidence/read-attestations.js';
import {
  verifierFor,
  verifyFile,
  type VerifiedItem,
  type VerifyOptions,
} from '../../src/evidence/verify-file.js';
import { fixture, fixtureJson } from './fixtures.js';

const at = (path: string) => fixture(`attestations/${path}`);
const entries: any[] = fixtureJson('attestations/manifest.json').entries;

function optionsOf({ verify, artifact }: any): VerifyOptions {
  const keys: string[] = verify.keys ?? (verify.key ? [verify.key] : []);
  return {
    ...(verify.trustedRoot
      ? { trustedRoots: [{ bytes: at(verify.trustedRoot), thresholds: verify.options }] }
      : {}),
    ...(keys.length > 0 ? { keys: keys.map(at) } : {}),
    ...(verify.threshold ? { keyThreshold: verify.threshold } : {}),
    ...(artifact ? { artifact: at(artifact.file) } : {}),
  };
}

/** One attestation of the manifest through `verifyFile`, with what is asked beside its trust. */
function check(entry: any, attestation: any, asked: VerifyOptions = {}): VerifiedItem {
  const items = verifyFile(at(entry.file), { ...optionsOf(attestation), ...asked });
  expect(items).toHaveLength(entry.attestations.length);
  return items[attestation.index]!;
}

for (const entry of entries.filter((each) => each.file)) {
  for (const attestation of entry.attestations) {
    describe(`${entry.id} [${attestation.index}]`, () => {
      const valid = attestation.expect === 'valid';
      it(`is ${valid ? 'VERIFIED' : `INVALID: ${attestation.reason}`}`, () => {
        const item = check(entry, attestation);
        expect(item).toMatchObject({
          index: attestation.index,
          format: attestation.format,
          verdict: valid ? 'VERIFIED' : 'INVALID',
          reason: valid ? null : attestation.reason,
          policy: 'NONE',
          predicateType: attestation.predicateType ?? null,
          subjects: attestation.subjects ?? null,
        });
        expect(Object.keys(item)).toEqual(
          'index format verdict reason policy predicateType subjects signer buildRun mismatches'.split(' '),
        );
        if (attestation.predicateMatchesCertificate) expect(item.mismatches).toEqual([]);
      });
      if (attestation.buildRun) {
        it('claims the expected build', () => {
          expect(check(entry, attestation).buildRun).toMatchObject(attestation.buildRun);
        });
      }
      for (const policy of attestation.policyCases ?? []) {
        it(`with ${policy.name} the policy is ${policy.expect === 'valid' ? 'SATISFIED' : 'NOT_SATISFIED'}`, () => {
          const { identity, issuer } = policy;
          expect(check(entry, attestation, { identity, issuer })).toMatchObject({
            verdict: 'VERIFIED',
            policy: policy.expect === 'valid' ? 'SATISFIED' : 'NOT_SATISFIED',
          });
        });
      }
      for (const { digest, expect: expected } of attestation.digestCases ?? []) {
        it(`${digest.slice(0, 16)}… is ${expected === 'subject' ? 'a subject' : 'no subject'}`, () => {
          expect(check(entry, attestation, { digest })).toMatchObject(
            expected === 'subject'
              ? { verdict: 'VERIFIED', reason: null }
              : { verdict: 'INVALID', reason: 'SUBJECT_MISMATCH' },
          );
        });
      }
    });
  }
}

describe('oci-v2.0.0: a cosign attestation manifest', () => {
  const entry = entries.find((each) => each.id === 'oci-v2.0.0');
  const attestation = entry.attestations[0];
  const blob = (digest: string) => at(`${entry.dir}/blobs/${digest.replace(':', '/')}`);
  const layer = fixtureJson(`attestations/${entry.dir}/index.json`)
    .manifests.flatMap(({ digest }: any) => JSON.parse(blob(digest).toString()).layers ?? [])
    .find((each: any) => each.digest === attestation.blob);
  const verify = (asked: VerifyOptions, annotations = layer.annotations) =>
    verifierFor({ ...optionsOf(attestation), ...asked })(readCosignLayer(blob(layer.digest), annotations));

  it('is verified by the material in its annotations, for the digest of the index', () => {
    const { identity, issuer } = attestation.verify.policy;
    const result = verify({ digest: entry.image.digest, identity, issuer });
    expect(result).toMatchObject({ verdict: 'VERIFIED', policy: 'SATISFIED', mismatches: [] });
    expect(result.buildRun).toMatchObject(attestation.buildRun);
  });

  it('is no evidence for a platform of that index', () => {
    expect(verify({ digest: entry.image.platforms[0].digest }).reason).toBe('SUBJECT_MISMATCH');
  });

  it('is unverified without the log bundle', () => {
    const { 'dev.sigstore.cosign/bundle': _, ...rest } = layer.annotations;
    expect(verify({}, rest)).toMatchObject({ verdict: 'UNVERIFIED', reason: 'NO_LOG_MATERIAL' });
  });
});
