import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isCleartext, resolveConnection, serverUrl } from '../../src/cli/connection.js';
import {
  defaultConfigDir,
  deleteContext,
  readContexts,
  useContext,
  writeContext,
} from '../../src/cli/contexts.js';

const folder = (): string => join(mkdtempSync(join(tmpdir(), 'rollcall-cli-')), 'config');

describe('contexts', () => {
  test('the file has mode 0600, its folder 0700', () => {
    const dir = folder();
    writeContext(dir, { name: 'local', url: 'http://127.0.0.1:4000', token: 't' });
    expect(statSync(join(dir, 'contexts.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(dir, 'contexts.json'), 'utf8'))).toEqual({
      current: 'local',
      contexts: { local: { url: 'http://127.0.0.1:4000', token: 't' } },
    });
  });
  test('a file that others could read is written anew with mode 0600', () => {
    const dir = folder();
    writeContext(dir, { name: 'a', url: 'http://a', token: 't' });
    chmodSync(join(dir, 'contexts.json'), 0o644);
    writeContext(dir, { name: 'a', url: 'http://a', token: 'u' });
    expect(statSync(join(dir, 'contexts.json')).mode & 0o777).toBe(0o600);
  });
  test('the first one is the current one; a later one only when it is asked for', () => {
    const dir = folder();
    writeContext(dir, { name: 'a', url: 'http://a', token: null });
    writeContext(dir, { name: 'b', url: 'http://b', token: null });
    expect(readContexts(dir).current).toBe('a');
    expect([useContext(dir, 'b'), useContext(dir, 'c')]).toEqual([true, false]);
    expect(readContexts(dir).current).toBe('b');
    expect([deleteContext(dir, 'b'), deleteContext(dir, 'b')]).toEqual([true, false]);
    expect(readContexts(dir).current).toBeNull();
  });
  test('names that are no names are refused', () => {
    for (const name of ['', '__proto__', '-a', 'a b', '../x', 'a'.repeat(64)])
      expect(() => writeContext(folder(), { name, url: 'http://a', token: null })).toThrow(
        'not a context name',
      );
  });
  test('a file that is not ours is an error, not an empty list', () => {
    const dir = mkdtempSync(join(tmpdir(), 'rollcall-cli-'));
    writeFileSync(join(dir, 'contexts.json'), '{');
    expect(() => readContexts(dir)).toThrow('cannot be read');
  });
  test('the folder follows ROLLCALL_CONFIG_DIR, XDG_CONFIG_HOME, HOME', () => {
    expect(defaultConfigDir({ ROLLCALL_CONFIG_DIR: '/r', XDG_CONFIG_HOME: '/x', HOME: '/h' })).toBe('/r');
    expect(defaultConfigDir({ XDG_CONFIG_HOME: '/x', HOME: '/h' })).toBe('/x/rollcall');
    expect(defaultConfigDir({ HOME: '/h' })).toBe('/h/.config/rollcall');
  });
});

describe('resolveConnection', () => {
  const configDir = folder();
  writeContext(configDir, { name: 'prod', url: 'https://prod.example/base/', token: 'prod-token' });
  writeContext(configDir, { name: 'test', url: 'https://test.example', token: 'test-token' });
  const project = (values: Record<string, string>) => ({
    path: '/repo/rollcall.yaml',
    values: new Map(Object.entries(values)),
  });
  const resolve = (
    flags: object,
    env: Record<string, string> = {},
    file: ReturnType<typeof project> | null = null,
  ) => resolveConnection({ flags, env, project: file, configDir });

  test('the current context gives both', () => {
    expect(resolve({})).toMatchObject({ url: 'https://prod.example/base', token: 'prod-token' });
  });
  test('flag, then variable, then rollcall.yaml, then context', () => {
    const env = { ROLLCALL_URL: 'https://env.example' };
    const file = project({ url: 'https://file.example' });
    expect(resolve({ url: 'https://flag.example' }, env, file).url).toBe('https://flag.example');
    expect(resolve({}, env, file).url).toBe('https://env.example');
    expect(resolve({}, {}, file).url).toBe('https://file.example');
    expect(resolve({ context: 'test' }, {}, file)).toMatchObject({
      url: 'https://test.example',
      token: 'test-token',
    });
    expect(resolve({}, {}, project({ context: 'test' })).url).toBe('https://test.example');
  });
  test("a context's token goes to that context's server only", () => {
    expect(resolve({ url: 'https://other.example' }).token).toBeNull();
    expect(resolve({ url: 'https://test.example/' }).token).toBe('test-token');
    expect(resolve({}, {}, project({ url: 'https://evil.example' })).token).toBeNull();
  });
  test('an address of a repository gets the token of the environment only in CI', () => {
    const file = project({ url: 'https://evil.example' });
    expect(() => resolve({}, { ROLLCALL_TOKEN: 't' }, file)).toThrow(
      'the address comes from /repo/rollcall.yaml',
    );
    const ci = { ROLLCALL_TOKEN: 't', GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '1' };
    expect(resolve({}, ci, file)).toMatchObject({ url: 'https://evil.example', token: 't' });
  });
  test('an unknown context is not found', () =>
    expect(() => resolve({ context: 'nope' })).toThrow('no context nope'));
});

test('a server address has no credentials, query or foreign scheme', () => {
  expect(serverUrl('https://a.example:8443/x//')).toBe('https://a.example:8443/x');
  for (const url of [
    'ftp://a',
    'a.example',
    'https://u:p@a',
    'https://a/?q',
    'https://a/#f',
    'file:///etc/passwd',
  ])
    expect(() => serverUrl(url)).toThrow('not the address of a server');
});

test('cleartext is http to another machine', () => {
  const urls = [
    'http://a.example',
    'https://a.example',
    'http://127.0.0.1:1',
    'http://localhost',
    'http://[::1]:2',
  ];
  expect(urls.map(isCleartext)).toEqual([true, false, false, false, false]);
});
