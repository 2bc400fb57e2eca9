import { describe, expect, test } from 'vitest';
import { parseOciReference as serverGrammar } from '../../src/artifacts/oci-reference.js';
import { artifactOptions, kindOption } from '../../src/cli/artifact-options.js';
import { parseOciReference } from '../../src/cli/oci-reference.js';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

const code = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('artifactOptions', () => {
  test('H33 a digest is lower-cased', () => {
    expect(artifactOptions({ digest: `sha256:${'AB'.repeat(32)}` })).toEqual({
      digest: `sha256:${'ab'.repeat(32)}`,
    });
  });
  test('H34 a reference with a digest is enough', () => {
    expect(artifactOptions({ ociRef: `ghcr.io/acme/app:1@${A}` })).toEqual({
      digest: A,
      ociRef: `ghcr.io/acme/app:1@${A}`,
    });
  });
  test('H34 a reference by tag and a digest go together', () => {
    expect(artifactOptions({ ociRef: 'ghcr.io/acme/app:1', digest: A })).toEqual({
      digest: A,
      ociRef: 'ghcr.io/acme/app:1',
    });
  });
  test('H34 neither reference nor digest is a usage error', () => {
    expect(code(() => artifactOptions({}))).toBe('USAGE');
  });
  test('G19 reference and digest that disagree are refused', () => {
    expect(code(() => artifactOptions({ ociRef: `app@${A}`, digest: B }))).toBe('OPTION_CONFLICT');
  });
  test('H32 a reference by tag alone is refused', () => {
    expect(code(() => artifactOptions({ ociRef: 'ghcr.io/acme/app:latest' }))).toBe('USAGE');
  });
  test.each([`sha256:${'a'.repeat(63)}`, `md5:${'a'.repeat(32)}`, 'latest', '', `sha256:${'g'.repeat(64)}`])(
    'H33 %j is no digest',
    (digest) => expect(code(() => artifactOptions({ digest }))).toBe('INVALID_DIGEST'),
  );
});

test.each(['container-image', 'CONTAINER_IMAGE', 'Container_Image'])(
  'H31 the kind is taken in any case: %s',
  (kind) => {
    expect(kindOption(kind)).toBe('CONTAINER_IMAGE');
  },
);

test('H31 an unknown kind is refused', () => expect(code(() => kindOption('vm'))).toBe('INVALID_KIND'));

const REFERENCES: [string, boolean][] = [
  ['app', true],
  ['acme/app:1.2', true],
  ['ghcr.io/acme/app', true],
  ['localhost:5000/app', true],
  ['[::1]:5000/app:x', true],
  ['a__b/c-d/e.f', true],
  [`app@${A}`, true],
  ['Acme/app', false],
  ['app:', false],
  ['app:.x', false],
  ['app@sha256:12', false],
  ['gһcr.io/app', false],
  ['app//b', false],
  ['/app', false],
  ['app/', false],
  ['', false],
  ['-a.io/app', false],
  ['a..b/app', false],
  ['ghcr.io:99999999/app', false],
  ['app name', false],
  [`${'a/'.repeat(600)}a`, false],
];

test.each(REFERENCES)('the reference %j is accepted: %s, by the server as well', (text, accepted) => {
  expect(parseOciReference(text) !== null).toBe(accepted);
  expect(parseOciReference(text)).toEqual(serverGrammar(text));
});

test('hostile references are refused in linear time', () => {
  const started = performance.now();
  for (const text of [`${'a-'.repeat(500)}!`, `${'a.'.repeat(500)}`, `${'a_'.repeat(500)}/`])
    parseOciReference(text);
  expect(performance.now() - started).toBeLessThan(100);
});
