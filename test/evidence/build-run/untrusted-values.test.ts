import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBuildRun, mapBuildRun, toInstant } from '../../../src/evidence/build-run/index.js';
import { certificateFacts } from '../../../src/evidence/certificate.js';
import { certificate } from './der.js';
import { COMMIT, githubEnvironment, RUN_URL, slsa, slsaV1, statement } from './statements.js';

const WORKFLOW_V1 = 'https://actions.github.io/buildtypes/workflow/v1';
const BUILD_TYPES = [
  WORKFLOW_V1,
  'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
  'https://slsa.dev/container-based-build/v0.1?draft',
  'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17/PROVENANCE.md',
  'https://tekton.dev/chains/v2/slsa',
  'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1',
  'https://mobyproject.org/buildkit@v1',
  'https://github.com/npm/cli/gha/v2',
  'https://github.com/npm/cli/gitlab/v0alpha1',
  'https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1',
  'https://ci.example/type',
];
const PREDICATE_TYPES = [
  'https://slsa.dev/provenance/v1',
  'https://slsa.dev/provenance/v0.2',
  'https://slsa.dev/provenance/v0.1',
  'chainloop.dev/attestation/v0.2',
];
// prettier-ignore
const KEYS = [
  'buildDefinition', 'runDetails', 'externalParameters', 'internalParameters', 'resolvedDependencies', 'workflow',
  'builder', 'id', 'metadata', 'invocationId', 'buildInvocationId', 'invocation', 'configSource', 'environment', 'uri',
  'digest', 'sha1', 'gitCommit', 'materials', 'recipe', 'definedInMaterial', 'env', 'runnerURL', 'repository', 'source',
  'value', 'entryPoint', 'parameters', 'startedOn', 'vcs', 'name', 'params', 'runSpec', 'pipelineRef', '__proto__',
  'constructor', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'variables',
];
const VALUES = [
  RUN_URL,
  COMMIT,
  'git+https://github.com/a/b@c',
  'a\u0000b',
  '',
  1.5,
  -1,
  1e300,
  'x'.repeat(3000),
];

const json = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom<unknown>(...VALUES),
    fc.jsonValue(),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('node'), { maxKeys: 6 }),
  ),
})).node;

const github = (workflow: unknown, invocationId: unknown = RUN_URL) =>
  mapBuildRun(slsaV1(WORKFLOW_V1, { externalParameters: { workflow } }, { invocationId }), null);

describe('H5 untrusted predicates', () => {
  it('whatever the predicate is, the mapping and the comparison do not throw and the claims are bounded', () => {
    const facts = certificateFacts(
      certificate({
        extensions: [
          [12, 'https://github.com/a/b'],
          [13, COMMIT],
          [21, RUN_URL],
        ],
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...PREDICATE_TYPES),
        fc.constantFrom(...BUILD_TYPES),
        json,
        json,
        (predicateType, buildType, body, subject) => {
          const own = typeof body === 'object' && body !== null ? body : { body };
          const inner = (own as Record<string, unknown>)['buildDefinition'];
          const predicate = { ...own, buildType, buildDefinition: { ...(inner as object), buildType } };
          for (const one of [predicate, body]) {
            const claims = mapBuildRun(statement(predicateType, one, subject as never), facts)!;
            for (const value of Object.values(claims)) {
              if (typeof value !== 'string') continue;
              expect(Buffer.byteLength(value)).toBeLessThanOrEqual(4096);
              expect(value).not.toMatch(/[\p{Cc}\p{Cs}]/u);
            }
            expect(claims.runUrl ?? 'https://x').toMatch(/^https?:\/\//);
            expect(Array.isArray(compareBuildRun(claims, facts))).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('values of the wrong type are ignored', () => {
    expect(github({ repository: { url: 'x' }, ref: ['main'], path: true }, { id: 1 })).toMatchObject({
      sourceRepo: null,
      sourceRef: null,
      workflowPath: null,
      invocationId: null,
      runUrl: null,
    });
  });

  it('texts over 2 kB and texts with hidden characters are ignored', () => {
    for (const path of [
      'x'.repeat(2049),
      'ü'.repeat(1025),
      'a\u0000b',
      'a\nb',
      'a\u202Eb',
      'a\u009bb',
      '\ud800',
    ]) {
      expect(github({ path })?.workflowPath).toBeNull();
    }
    expect(github({ path: 'x'.repeat(2048) })?.workflowPath).toHaveLength(2048);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://user:secret@github.com/acme/shop/actions/runs/1',
    'https://github.com/acme/shop/actions/runs/1" onclick="x',
    'ftp://github.com/acme/shop/actions/runs/1',
    '//github.com/acme/shop/actions/runs/1',
  ])('%s is no run address', (invocationId) => {
    expect(github({}, invocationId)).toMatchObject({ runUrl: null, runId: null, runAttempt: null });
  });

  it.each(['abc', COMMIT.slice(1), `${COMMIT}0`, `${COMMIT.slice(1)}g`, 40, null])(
    '%s is no commit',
    (gitCommit) => {
      const claims = mapBuildRun(
        slsaV1(WORKFLOW_V1, {
          externalParameters: { workflow: { repository: 'https://github.com/a/b' } },
          resolvedDependencies: [{ uri: 'git+https://github.com/a/b', digest: { gitCommit } }],
        }),
        null,
      );
      expect(claims).toMatchObject({ sourceRepo: 'https://github.com/a/b', sourceCommit: null });
    },
  );

  it('inherited properties are not read', () => {
    const predicate = JSON.parse('{"__proto__":{"builder":{"id":"https://evil.example"}}}');
    expect(mapBuildRun(slsa('v0.2', predicate), null)?.builderId).toBeNull();
    expect(mapBuildRun(slsa('v0.2', Object.create({ builder: { id: 'x' } })), null)?.builderId).toBeNull();
  });

  it.each(['0', '-1', '1.5', 'two', '9999999999', 0, 1.5, {}])('%s is no attempt', (attempt) => {
    const environment = { ...githubEnvironment, GITHUB_RUN_ATTEMPT: attempt };
    const claims = mapBuildRun(
      slsa('v0.2', { buildType: 'https://github.com/npm/cli/gha/v2', invocation: { environment } }),
      null,
    );
    expect(claims).toMatchObject({ runId: '8100200300', runAttempt: null });
  });

  it('times stay as written; what is no RFC 3339 instant is ignored', () => {
    const at = (startedOn: unknown) => mapBuildRun(slsaV1('x', {}, { startedOn }), null)?.startedOn;
    expect(at('2023-06-23T15:00:43.70997067+02:00')).toBe('2023-06-23T15:00:43.70997067+02:00');
    expect(['yesterday', '2023-02-30T00:00:00Z', '0001-01-01T00:00:00Z', 1700000000].map(at)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(toInstant('2023-06-23T15:00:43.70997067+02:00')).toBe('2023-06-23T13:00:43.709Z');
  });
});
