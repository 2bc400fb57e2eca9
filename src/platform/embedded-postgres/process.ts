import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { codeOf } from './failure.js';

/** Whether a process with this id exists, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * The command line of a process, or the title it gave itself. Empty when it does not exist or is a zombie.
 * Only this is readable for other users' processes everywhere; a container's root may not see their folders.
 */
export function titleOf(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return '';
      throw error;
    }
  }
  if (!isAlive(pid)) return '';
  return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}

/**
 * Whether a process has ended, reaped or not. An empty title does not tell: a process that is ending has lost its
 * title and may still hold its files and its shared memory.
 */
export function hasEnded(pid: number): boolean {
  if (!isAlive(pid)) return true;
  if (process.platform !== 'linux') return titleOf(pid) === '';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return true;
    throw error;
  }
}

/** Whether a command line or title is one of a PostgreSQL process. */
export function isPostgres(title: string): boolean {
  return /^(\S*\/)?postgres(:|\s|$)/.test(title);
}

/** The server processes of a cluster whose postmaster is gone. Empty where /proc is missing. */
export function backendsOf(clusterName: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => titleOf(pid).startsWith(`postgres: ${clusterName}:`));
}

/** Sends a signal, to nobody when the process is gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
