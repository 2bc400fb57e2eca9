// The lock file is everybody's: it names no registry, so that each installs from their own, and every package by its
// content (those of other platforms excepted, which not every mirror has).
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
for (const [path, { resolved, integrity, optional }] of Object.entries(packages)) {
  if (path === '') continue;
  const fault =
    resolved !== undefined
      ? `comes from ${resolved}: install with --omit-lockfile-registry-resolved`
      : integrity === undefined && !optional
        ? 'has no integrity: delete the entry and install again'
        : null;
  if (fault === null) continue;
  console.error(`${path} ${fault}`);
  process.exitCode = 1;
}
