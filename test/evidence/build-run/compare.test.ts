import { describe, expect, it } from 'vitest';
import { type BuildRunClaims, claimsOf } from '../../../src/evidence/build-run/build-run.js';
import { compareBuildRun, mapBuildRun } from '../../../src/evidence/build-run/index.js';
import { type CertificateFacts, certificateFacts } from '../../../src/evidence/certificate.js';
import { certificate, uriName } from './der.js';
import { COMMIT, OTHER_COMMIT, RUN_URL, slsaV1 } from './statements.js';

const REPO = 'https://github.com/acme/shop';
const GITHUB = 'https://token.actions.githubusercontent.com';

const github = certificateFacts(
  certificate({
    names: [uriName('https://github.com/acme/builders/.github/workflows/build.yml@refs/tags/v1')],
    extensions: [
      [8, GITHUB],
      [9, 'https://github.com/acme/builders/.github/workflows/build.yml@refs/tags/v1'],
      [12, REPO],
      [13, COMMIT],
      [14, 'refs/heads/main'],
      [18, `${REPO}/.github/workflows/release.yml@refs/heads/main`],
      [20, 'push'],
      [21, RUN_URL],
    ],
  }),
);
const old = certificateFacts(
  certificate({
    extensions: [
      [1, GITHUB],
      [2, 'push'],
      [3, COMMIT],
      [4, 'Release'],
      [5, 'acme/shop'],
      [6, 'refs/heads/main'],
    ],
  }),
);
const gitlabFacts = (host: string): CertificateFacts =>
  certificateFacts(
    certificate({
      extensions: [
        [8, `https://${host}`],
        [12, `https://${host}/acme/shop`],
        [13, COMMIT],
        [14, 'refs/heads/main'],
        [18, `https://${host}/acme/shop//.gitlab-ci.yml@refs/heads/main`],
        [20, 'push'],
        [21, `https://${host}/acme/shop/-/jobs/712345`],
      ],
    }),
  );

const honest: Omit<BuildRunClaims, 'mapper'> = claimsOf('github-actions-v1', {
  builderId: 'https://github.com/actions/runner/github-hosted',
  invocationId: RUN_URL,
  runId: '8100200300',
  runAttempt: 2,
  runUrl: RUN_URL,
  sourceRepo: REPO,
  sourceRef: 'refs/heads/main',
  sourceCommit: COMMIT,
  workflowPath: '.github/workflows/release.yml',
  trigger: 'push',
});
const claim = (change: Partial<BuildRunClaims> = {}): BuildRunClaims => ({
  mapper: 'github-actions-v1',
  ...honest,
  ...change,
});
const gitlab = claimsOf('gitlab-runner-v1', {
  invocationId: '712345',
  runId: '712345',
  runUrl: 'https://gitlab.com/acme/shop/-/jobs/712345',
  sourceRepo: 'https://gitlab.com/Acme/Shop',
  sourceRef: 'main',
  sourceCommit: COMMIT,
  workflowPath: '.gitlab-ci.yml',
  trigger: 'push',
});
const fields = (claims: BuildRunClaims, facts: CertificateFacts): string[] =>
  compareBuildRun(claims, facts).map(({ field }) => field);

describe('H5 predicate against certificate', () => {
  it('a reusable workflow of another repository signs for its caller', () => {
    expect(compareBuildRun(claim(), github)).toEqual([]);
  });

  it.each<[string, Partial<BuildRunClaims>]>([
    ['letter case of host, owner and name', { sourceRepo: 'https://github.com/Acme/SHOP' }],
    ['letter case in the run address', { runUrl: RUN_URL.replace('acme', 'ACME') }],
    ['a run address without attempt', { runUrl: RUN_URL.replace(/\/attempts.*/, ''), runAttempt: null }],
    ['an invocation id of id and attempt', { invocationId: '8100200300-2' }],
    ['an invocation id of another kind', { invocationId: '3f2b8a52-6c1d-4a53-9e0c-0c9f6f0a7d11' }],
    ['a short ref', { sourceRef: 'main' }],
    ['facts that are not claimed', { sourceRepo: null, sourceCommit: null, runUrl: null, trigger: null }],
    [
      'a Dockerfile as the configuration of BuildKit',
      { mapper: 'buildkit-v0.2', workflowPath: 'Dockerfile' },
    ],
    [
      'a trigger of Cloud Build',
      { mapper: 'gcb-v1', trigger: 'projects/1/triggers/2', workflowPath: 'cloudbuild.yaml' },
    ],
    [
      'the file of a reusable job in Chainloop',
      { mapper: 'chainloop-v0.2', workflowPath: '.github/workflows/job.yml' },
    ],
  ])('no mismatch: %s', (_title, change) => {
    expect(compareBuildRun(claim(change), github)).toEqual([]);
  });

  it.each<[string, Partial<BuildRunClaims>, string[]]>([
    ['another repository', { sourceRepo: 'https://github.com/acme/shop2' }, ['sourceRepo']],
    [
      'the same name on another host',
      { sourceRepo: 'https://github.com.evil.example/acme/shop' },
      ['sourceRepo'],
    ],
    ['a repository that looks alike', { sourceRepo: 'https://github.com/acme/%E2%84%AA' }, ['sourceRepo']],
    ['another commit', { sourceCommit: OTHER_COMMIT }, ['sourceCommit']],
    ['a tag for a branch', { sourceRef: 'refs/tags/main' }, ['sourceRef']],
    ['another branch', { sourceRef: 'dev' }, ['sourceRef']],
    ['another run', { runUrl: RUN_URL.replace('300/', '301/'), runId: '8100200301' }, ['runUrl', 'runId']],
    ['another attempt', { runAttempt: 1 }, ['runAttempt']],
    ['a run in another repository', { runUrl: RUN_URL.replace('shop', 'tools') }, ['runUrl']],
    ['a run address of no known form', { runUrl: `${RUN_URL}?x=1` }, ['runUrl']],
    ['an invocation id of another run', { invocationId: '1-1' }, ['invocationId']],
    ['another workflow', { workflowPath: '.github/workflows/test.yml' }, ['workflowPath']],
    ['another trigger', { trigger: 'workflow_dispatch' }, ['trigger']],
    ['another trigger in Chainloop', { mapper: 'chainloop-v0.2', trigger: 'schedule' }, ['trigger']],
  ])('mismatch: %s', (_title, change, expected) => {
    expect(fields(claim(change), github)).toEqual(expected);
  });

  it('a mismatch carries both values as text', () => {
    expect(compareBuildRun(claim({ runAttempt: 1 }), github)).toEqual([
      { field: 'runAttempt', claimed: '1', certified: '2' },
    ]);
  });

  it('a certificate with the extensions 1 to 6 confirms repository, ref, commit and trigger', () => {
    expect(compareBuildRun(claim(), old)).toEqual([]);
    expect(fields(claim({ sourceRepo: 'https://github.com/acme/shop2' }), old)).toEqual(['sourceRepo']);
    expect(fields(claim({ sourceCommit: OTHER_COMMIT, trigger: 'schedule' }), old)).toEqual([
      'sourceCommit',
      'trigger',
    ]);
    expect(compareBuildRun(claim({ runUrl: RUN_URL.replace('shop', 'shop2') }), old)).toEqual([
      { field: 'runUrl', claimed: RUN_URL.replace('shop', 'shop2'), certified: REPO },
    ]);
  });

  it('GitLab: short refs, job ids and letter case', () => {
    const facts = gitlabFacts('gitlab.com');
    expect(compareBuildRun(gitlab, facts)).toEqual([]);
    expect(fields({ ...gitlab, invocationId: '712346', runId: '712346' }, facts)).toEqual([
      'runId',
      'invocationId',
    ]);
    expect(fields({ ...gitlab, workflowPath: 'other.yml' }, facts)).toEqual(['workflowPath']);
  });

  it('letter case is ignored on a host that issued the token itself, and counts elsewhere', () => {
    const own = gitlabFacts('git.acme.example');
    const claims = claimsOf('gitlab-runner-v1', { sourceRepo: 'https://git.acme.example/ACME/shop' });
    expect(compareBuildRun(claims, own)).toEqual([]);
    expect(fields(claims, { ...own, issuer: 'https://oidc.example' })).toEqual(['sourceRepo']);
  });

  it('a certificate of a person confirms nothing and contradicts nothing', () => {
    const person = certificateFacts(certificate({ extensions: [[8, 'https://accounts.example']] }));
    expect(compareBuildRun(claim(), person)).toEqual([]);
  });

  it('a predicate that is provenance speaks for itself; the certificate does not fill its gaps', () => {
    const claims = mapBuildRun(slsaV1('https://ci.example/type', {}), github);
    expect(claims).toEqual(
      claimsOf('slsa-v1', { builderId: 'https://ci.example/builder', buildType: 'https://ci.example/type' }),
    );
  });
});
