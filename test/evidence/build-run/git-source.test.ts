import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gitSource, gitSources, sameRepository } from '../../../src/evidence/build-run/git-source.js';
import { COMMIT } from './statements.js';

const REPO = 'https://github.com/acme/shop';

describe('H5 git addresses', () => {
  it.each([
    ['git+https://github.com/acme/shop@refs/heads/main', REPO, 'refs/heads/main', null],
    ['git+https://github.com/acme/shop.git', REPO, null, null],
    ['https://github.com/acme/shop/', REPO, null, null],
    ['https://github.com/acme/shop.git/', REPO, null, null],
    ['HTTPS://GitHub.com/acme/shop', REPO, null, null],
    ['git+https://github.com/acme/shop@refs/tags/web@1.2.0', REPO, 'refs/tags/web@1.2.0', null],
    [`git+https://github.com/acme/shop@${COMMIT.toUpperCase()}`, REPO, null, COMMIT],
    [`https://github.com/acme/shop.git#${COMMIT}`, REPO, null, COMMIT],
    ['https://github.com/acme/shop.git#refs/heads/main:web', REPO, 'refs/heads/main', null],
    [`https://github.com/acme/shop/commit/${COMMIT}`, REPO, null, COMMIT],
    [`https://gitlab.com/acme/shop/-/commit/${COMMIT}`, 'https://gitlab.com/acme/shop', null, COMMIT],
    ['https://user:token@github.com/acme/shop.git', REPO, null, null],
    ['git@github.com:acme/shop.git', REPO, null, null],
    ['git+ssh://git@github.com/acme/shop.git', REPO, null, null],
    ['ssh://git@github.com:22/acme/shop.git', REPO, null, null],
    ['ssh://git@github.com:acme/shop.git', REPO, null, null],
    ['git://github.com/acme/shop.git', REPO, null, null],
    [
      'git+https://Org@dev.azure.com/Org/shop/_git/web',
      'https://dev.azure.com/Org/shop/_git/web',
      null,
      null,
    ],
    ['https://git.example:8443/acme/shop.git', 'https://git.example:8443/acme/shop', null, null],
    ['http://git.example/acme/shop', 'http://git.example/acme/shop', null, null],
    ['https://github.com/evil/../acme/shop', REPO, null, null],
  ])('%s', (text, repo, ref, commit) => {
    expect(gitSource(text)).toEqual({ repo, ref, commit });
  });

  it.each([
    'bash@sha256:9e2ba52487d945504d250de186cb4fe2e3ba023ed2921dd6ac8b97ed43e76af9',
    'gs://bucket/source.tgz#1',
    'pkg:docker/alpine@3',
    'oci://gcr.io/x/y',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'acme/shop',
    'https://github.com',
    'https://github.com/.git',
    'https://github.com/acme/..@main',
    'https://github.com/acme/%2e%2e@main',
    'https://github.com/acme/shop\nHost: x',
    `https://github.com/${'a'.repeat(2048)}`,
    '',
    7,
    null,
    ['https://github.com/acme/shop'],
  ])('%s is no repository', (value) => {
    expect(gitSource(value)).toBeNull();
  });

  it('what was normalised once stays as it is', () => {
    // prettier-ignore
    const part = fc.constantFrom(
      'git+', 'https://', 'http://', 'ssh://', 'git@', 'user:pw@', 'h.example', ':8443', ':', '/', 'a', 'B', '.git', '@',
      'refs/heads/x', '.', '%2e', '#', '?', '..', '%2f', '%', '\\', '//', `/commit/${COMMIT}`, '/-', COMMIT, 'ü', ' ',
    );
    const text = fc.oneof(
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.webUrl(),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (said) => {
        const once = gitSource(said);
        if (once === null) return;
        expect(once.repo).toMatch(/^https?:\/\/[^/@]+\/.*[^/]$/);
        expect(gitSource(once.repo)).toEqual({ repo: once.repo, ref: null, commit: null });
      }),
      { numRuns: 3000 },
    );
  });

  it('images and files among the dependencies are left out', () => {
    const uris = [
      'https://example.com/tool.tgz',
      `git+${REPO}`,
      'git@github.com:acme/tools.git',
      'a@sha256:00',
    ];
    const found = gitSources([
      ...uris.map((uri) => ({ uri })),
      null,
      'x',
      { uri: REPO, digest: { sha1: COMMIT } },
    ]);
    expect(found.map(({ repo }) => repo)).toEqual([REPO, 'https://github.com/acme/tools', REPO]);
    expect(found[2]?.commit).toBe(COMMIT);
  });

  it('only ASCII letters are folded when repositories are compared', () => {
    expect(sameRepository('https://github.com/Acme/shop', 'http://github.com/acme/SHOP')).toBe(true);
    expect(sameRepository('https://github.com/acme/\u212A', 'https://github.com/acme/k')).toBe(false);
  });
});
