import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { buildCli } from '../../scripts/build-cli.mjs';
import type { Ran } from './run-main.js';

export interface ProcessOptions {
  env?: Record<string, string>;
  stdin?: string;
}

/** A registry, and the built command line as processes of their own that speak to it. */
export interface CliUnderTest {
  registry: TestRegistry;
  /** A folder of the test's own; the contexts are in `config` below it. */
  folder: string;
  /** Runs `rollcall …` to its end. */
  rollcall: (argv: string[], options?: ProcessOptions) => Promise<Ran>;
  /** As `rollcall`, with `-o json`; the parsed answer. */
  json: <T>(argv: string[], options?: ProcessOptions) => Promise<T>;
  close: () => Promise<void>;
}

export async function startCli(): Promise<CliUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-cli-e2e-'));
  const [registry] = await Promise.all([startRegistry(), buildCli(join(folder, 'cli'))]);
  const known = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    ROLLCALL_CONFIG_DIR: join(folder, 'config'),
    ROLLCALL_URL: registry.url,
    ROLLCALL_TOKEN: registry.token,
  };
  const rollcall = (argv: string[], options: ProcessOptions = {}): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const env = Object.fromEntries(
        Object.entries({ ...known, ...options.env }).filter(([, value]) => value !== ''),
      );
      const child = spawn(process.execPath, [join(folder, 'cli', 'rollcall.js'), ...argv], {
        env,
        cwd: folder,
      });
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ exit: code ?? -1, out, err }));
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.stdin ?? '');
    });
  return {
    registry,
    folder,
    rollcall,
    json: async <T>(argv: string[], options?: ProcessOptions) => {
      const ran = await rollcall([...argv, '-o', 'json'], options);
      if (ran.exit !== 0) throw new Error(`exit ${ran.exit}: ${ran.err}`);
      return JSON.parse(ran.out) as T;
    },
    close: async () => {
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The digest of the nth artifact that `attestArtifacts` makes known. */
export const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

/** Pushes an in-toto statement about `count` artifacts, `digestOf(1)` and on. */
export async function attestArtifacts(
  { rollcall }: CliUnderTest,
  count: number,
  kind: string,
): Promise<void> {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: Array.from({ length: count }, (_, i) => ({
      name: `app-${i + 1}`,
      digest: { sha256: digestOf(i + 1).slice('sha256:'.length) },
    })),
    predicateType: 'https://example.com/built/v1',
    predicate: {},
  };
  const { exit, err } = await rollcall(['attestation', 'push', '-', '--kind', kind], {
    stdin: JSON.stringify(statement),
  });
  if (exit !== 0) throw new Error(err);
}
