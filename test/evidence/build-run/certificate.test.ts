import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateBuildRun } from '../../../src/evidence/build-run/index.js';
import { CertificateError, certificateFacts } from '../../../src/evidence/certificate.js';
import { certificate, der, emailName, otherName, uriName, utf8 } from './der.js';
import { realAttestations } from './real-attestations.js';
import { COMMIT } from './statements.js';

const GITHUB = 'https://token.actions.githubusercontent.com';
const IDENTITY = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main';

describe('H5 certificate facts', () => {
  it('identity, validity and the bare texts of a certificate with the extensions 1 to 6', () => {
    const facts = certificateFacts(
      certificate({
        names: [uriName(IDENTITY)],
        extensions: [
          [1, GITHUB],
          [2, 'push'],
          [3, COMMIT],
          [4, 'Release ✓'],
          [5, 'acme/shop'],
          [6, 'refs/heads/main'],
        ],
      }),
    );
    expect(facts).toMatchObject({
      identity: IDENTITY,
      issuer: GITHUB,
      issuerV2: null,
      notBefore: '2023-01-01T00:00:00.000Z',
      notAfter: '2023-01-01T00:10:00.000Z',
      githubWorkflowTrigger: 'push',
      githubWorkflowSHA: COMMIT,
      githubWorkflowName: 'Release ✓',
      githubWorkflowRepository: 'acme/shop',
      githubWorkflowRef: 'refs/heads/main',
      sourceRepositoryURI: null,
      runInvocationURI: null,
    });
    expect(certificateBuildRun(facts)).toMatchObject({
      mapper: 'fulcio-certificate',
      sourceRepo: 'https://github.com/acme/shop',
      sourceRef: 'refs/heads/main',
      sourceCommit: COMMIT,
      workflowName: 'Release ✓',
      trigger: 'push',
      runUrl: null,
      workflowPath: null,
    });
  });

  it.each([
    ['an email address', emailName('ci@acme.example'), 'ci@acme.example'],
    ['the other name of Fulcio', otherName('1.3.6.1.4.1.57264.1.7', 'bot!acme.example'), 'bot!acme.example'],
    ['no other name of somebody else', otherName('1.3.6.1.4.1.311.20.2.3', 'bot'), null],
  ])('the identity is %s, and such a certificate names no run', (_title, name, identity) => {
    const facts = certificateFacts(
      certificate({ names: [name], extensions: [[8, 'https://accounts.example']] }),
    );
    expect(facts.identity).toBe(identity);
    expect(facts.issuer).toBe('https://accounts.example');
    expect(certificateBuildRun(facts)).toBeNull();
  });

  it.each([
    [GITHUB, 'https://github.com'],
    [`${GITHUB}/acme-enterprise`, 'https://github.com'],
    ['https://token.actions.acme.ghe.com', 'https://acme.ghe.com'],
    ['https://ghes.acme.example/_services/token', 'https://ghes.acme.example'],
  ])('a repository name belongs to the server of the issuer %s', (issuer, host) => {
    const facts = certificateFacts(
      certificate({
        extensions: [
          [8, issuer],
          [5, 'acme/shop'],
        ],
      }),
    );
    expect(certificateBuildRun(facts)?.sourceRepo).toBe(`${host}/acme/shop`);
  });

  it('a repository name of an unknown issuer is no repository', () => {
    const facts = certificateFacts(
      certificate({
        extensions: [
          [8, `${GITHUB}.evil.example`],
          [5, 'acme/shop'],
        ],
      }),
    );
    expect(certificateBuildRun(facts)).toBeNull();
  });

  it.each([
    ['https://gitlab.com/acme/shop//.gitlab-ci.yml@refs/heads/main', '.gitlab-ci.yml'],
    ['https://gitlab.com/acme/ci//jobs/build.yml@refs/heads/main', 'jobs/build.yml'],
    ['https://gitlab.com/acme/shop/ci/build.yml@refs/tags/web@1.0.0', 'ci/build.yml'],
    [
      'https://github.com/acme/policy/.github/workflows/required.yml@refs/heads/main',
      '.github/workflows/required.yml',
    ],
    [`https://gitlab.com/acme/shop//a.yml@${COMMIT}`, 'a.yml'],
    ['https://gitlab.com/acme/other', null],
  ])('the configuration %s', (uri, path) => {
    const facts = certificateFacts(
      certificate({
        extensions: [
          [12, 'https://gitlab.com/acme/shop'],
          [18, uri],
          [21, 'https://gitlab.com/acme/shop/-/jobs/712345'],
        ],
      }),
    );
    expect(certificateBuildRun(facts)).toMatchObject({
      workflowPath: path,
      runId: '712345',
      runAttempt: null,
    });
  });

  it.each([
    [
      'an extension occurs twice',
      'occurs twice',
      certificate({
        extensions: [
          [12, 'https://a.example/x'],
          [12, 'https://b.example/x'],
        ],
      }),
    ],
    [
      'there are two identities',
      'more than one identity',
      certificate({ names: [uriName(IDENTITY), emailName('a@b.example')] }),
    ],
    [
      'the two issuers differ',
      'two issuers',
      certificate({
        extensions: [
          [1, GITHUB],
          [8, 'https://evil.example'],
        ],
      }),
    ],
    [
      'a text is not wrapped',
      'no UTF8String',
      certificate({ extensions: [[12, Buffer.from('https://a.example/x')]] }),
    ],
    [
      'a text is wrapped twice',
      'no UTF8String',
      certificate({ extensions: [[12, Buffer.concat([utf8('a'), utf8('b')])]] }),
    ],
    [
      'a text is an octet string',
      'no UTF8String',
      certificate({ extensions: [[12, der(0x04, Buffer.from('a'))]] }),
    ],
    ['a text is empty bytes', 'no UTF8String', certificate({ extensions: [[12, Buffer.alloc(0)]] })],
    ['a text is not UTF-8', 'cannot be read', certificate({ extensions: [[5, Buffer.from([0xff, 0xfe])]] })],
    [
      'a text holds control characters',
      'control characters',
      certificate({ extensions: [[6, 'refs/heads/main\u0000']] }),
    ],
    [
      'a text is longer than 2 kB',
      'longer than 2 kB',
      certificate({ extensions: [[12, `https://a.example/${'x'.repeat(2048)}`]] }),
    ],
    // Masked to 7 bits these bytes read `https://a`.
    [
      'the identity has high bits',
      'cannot be read',
      certificate({ names: [uriName(Buffer.from('https://\xe1', 'latin1'))] }),
    ],
    ['the identity is not ASCII', 'not ASCII', certificate({ names: [uriName('https://аcme.example/x')] })],
    ['the date does not exist', 'cannot be read', certificate({ notBefore: '231301000000Z' })],
    ['bytes follow', 'cannot be read', Buffer.concat([certificate({}), Buffer.from([0])])],
    ['there are no bytes', 'cannot be read', Buffer.alloc(0)],
    ['it is larger than 64 kB', 'larger than 64 kB', Buffer.alloc(64 * 1024 + 1, 0x30)],
  ])('a certificate is refused when %s', (_title, message, bytes) => {
    const refusal = expect(() => certificateFacts(bytes));
    refusal.toThrow(CertificateError);
    refusal.toThrow(message);
  });

  it('a workflow name that cannot be shown is left out and does not void the certificate', () => {
    const facts = certificateFacts(
      certificate({
        extensions: [
          [4, 'two\nlines'],
          [5, 'acme/shop'],
        ],
      }),
    );
    expect(facts).toMatchObject({ githubWorkflowName: null, githubWorkflowRepository: 'acme/shop' });
  });

  it('whatever the bytes, nothing but a CertificateError is thrown', () => {
    const real = realAttestations().find(({ der: bytes }) => bytes !== null)!.der!;
    const damage = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    const cut = fc.nat(real.length);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.tuple(damage, cut)), (input) => {
        const bytes =
          input instanceof Uint8Array ? input : Buffer.from(real.subarray(0, input[1] || real.length));
        if (!(input instanceof Uint8Array)) for (const [at, byte] of input[0]) bytes[at] = byte;
        try {
          certificateFacts(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CertificateError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
