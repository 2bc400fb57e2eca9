import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SETTINGS } from './database/cluster.mjs';

const SYNCS = 200;
const SAMPLE_MS = 300;

/** What the numbers depend on. */
export function describeMachine(cluster) {
  const [cpu] = cpus();
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return {
    Rollcall: version,
    Machine: `${cpus().length} × ${cpu.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
    'Node.js': process.versions.node,
    PostgreSQL: `${cluster.what} on a UNIX socket`,
    Settings: Object.entries(SETTINGS)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    'Flush of 8 kB to disk': `${syncMicroseconds(cluster.folder)} µs${cluster.inMemory ? ' (in memory: the flush costs nothing here)' : ''}`,
  };
}

function syncMicroseconds(parent) {
  const folder = mkdtempSync(join(parent, 'sync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const page = Buffer.alloc(8192, 1);
  const times = [];
  try {
    for (let i = 0; i < SYNCS; i++) {
      const since = performance.now();
      writeSync(file, page, 0, page.length, 0);
      fdatasyncSync(file);
      times.push(performance.now() - since);
    }
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
  return Math.round(times.sort((a, b) => a - b)[SYNCS / 2] * 1000);
}

/** Cores that others use while the bench does nothing; null where /proc is missing. */
export async function coresInUse() {
  const before = ticks();
  await sleep(SAMPLE_MS);
  const after = ticks();
  if (before === null || after === null) return null;
  return (cpus().length * (after.busy - before.busy)) / (after.all - before.all);
}

function ticks() {
  try {
    const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
    const [user, nice, system, idle, wait, ...rest] = line.split(/ +/).slice(1, 9).map(Number);
    const busy = user + nice + system + rest.reduce((sum, each) => sum + each, 0);
    return { busy, all: busy + idle + wait };
  } catch {
    return null;
  }
}
