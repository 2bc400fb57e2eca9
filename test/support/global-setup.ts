import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { clusterNameOf } from '../../src/platform/embedded-postgres/files.js';
import { runningPostmaster, shutDown } from '../../src/platform/embedded-postgres/postmaster.js';
import { hasEnded } from '../../src/platform/embedded-postgres/process.js';
import { databaseUrl, execute } from './postgres.js';

const FOLDER = /^rollcall-test-(\d+)-[0-9a-f]+$/;

/**
 * One PostgreSQL for the whole run: the one of `DATABASE_URL`, or an embedded one without durability in a temporary
 * folder. A migrated template is made once.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL;
  const server = given ? { url: given, stop: async () => {} } : await startTemporary();
  const template = `rollcall_test_${process.pid}_${randomBytes(3).toString('hex')}`;
  const teardown = async (): Promise<void> => {
    if (given) await execute(given, `drop database if exists ${template} with (force)`);
    await server.stop();
  };
  try {
    await execute(server.url, `create database ${template}`);
    const { migrate } = await import('../../src/platform/migrate.js');
    await migrate(databaseUrl(server.url, template));
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('postgres', { url: server.url, template });
  return teardown;
}

async function startTemporary(): Promise<{ url: string; stop(): Promise<void> }> {
  await removeAbandoned();
  const dataDir = join(tmpdir(), `rollcall-test-${process.pid}-${randomBytes(4).toString('hex')}`);
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
    },
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A run that was killed leaves its server and folder behind: the next run of the same user clears them away. */
async function removeAbandoned(): Promise<void> {
  const parent = realpathSync(tmpdir());
  for (const name of readdirSync(parent)) {
    const pid = FOLDER.exec(name)?.[1];
    if (pid === undefined || !hasEnded(Number(pid))) continue;
    const folder = join(parent, name);
    if (lstatSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    const orphan = runningPostmaster(join(folder, 'data'), clusterNameOf(folder));
    if (orphan) await shutDown(orphan.pid, clusterNameOf(folder), () => {});
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
