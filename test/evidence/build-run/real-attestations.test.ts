import { describe, expect, it } from 'vitest';
import {
  type BuildRunClaims,
  certificateBuildRun,
  compareBuildRun,
  mapBuildRun,
} from '../../../src/evidence/build-run/index.js';
import { certificateFacts } from '../../../src/evidence/certificate.js';
import { realAttestations } from './real-attestations.js';

const said = (claims: BuildRunClaims | null): Record<string, unknown> =>
  Object.fromEntries(Object.entries(claims ?? {}).filter(([, value]) => value !== null));

// The manifest leaves out what only Chainloop's predicate has.
const ALSO_SAID: Record<string, Record<string, unknown>> = { 'chainloop-v0.2': { project: 'foo' } };

const all = realAttestations();
const certified = all.flatMap((one) =>
  one.der === null ? [] : [{ ...one, facts: certificateFacts(one.der) }],
);

describe('H5 real attestations', () => {
  it.each(all.filter(({ expected }) => expected.buildRun))(
    '$id: the claims are those of the manifest and no others',
    ({ statement, expected }) => {
      const claims = mapBuildRun(statement, null);
      expect(said(claims)).toEqual({ ...expected.buildRun, ...ALSO_SAID[claims?.mapper ?? ''] });
    },
  );

  it.each(certified.filter(({ expected }) => expected.certificate))(
    '$id: the certificate facts are those of the manifest and no others',
    ({ facts, expected }) => {
      const { identity, notBefore, notAfter, ...extensions } = facts;
      expect(Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== null))).toEqual(
        expected.certificate,
      );
      expect(identity).toBe(expected.verify.policy?.identity);
      expect(Date.parse(notAfter) - Date.parse(notBefore)).toBe(600_000);
    },
  );

  it.each(certified.filter(({ expected }) => expected.certificateBuildRun))(
    '$id: the certificate names the run of the manifest',
    ({ facts, expected }) => {
      expect(said(certificateBuildRun(facts))).toEqual(expected.certificateBuildRun);
    },
  );

  it.each(certified.filter(({ statement }) => statement === null))(
    '$id: without a statement the run comes from the certificate',
    ({ facts }) => {
      expect(mapBuildRun(null, facts)).toEqual(certificateBuildRun(facts));
    },
  );

  it.each(certified.filter(({ expected }) => expected.predicateMatchesCertificate === true))(
    '$id: predicate and certificate agree',
    ({ statement, facts }) => {
      expect(compareBuildRun(mapBuildRun(statement, facts)!, facts)).toEqual([]);
    },
  );

  it('the claims of one attestation do not fit the certificate of another', () => {
    const withRun = certified.filter(({ expected }) => expected.buildRun?.['runId'] !== undefined);
    for (const { statement, expected } of withRun) {
      const claims = mapBuildRun(statement, null)!;
      for (const other of withRun.filter(
        (one) => one.expected.buildRun?.['runId'] !== expected.buildRun?.['runId'],
      )) {
        const fields = compareBuildRun(claims, other.facts).map(({ field }) => field);
        expect(fields).toEqual(expect.arrayContaining(['sourceCommit', 'runUrl', 'runId', 'invocationId']));
      }
    }
  });
});
