// `npm run check`: everything about the sources that needs no test run. Goes on after a failure; fails when any did.
import { spawnSync } from 'node:child_process';

const CHECKS = [
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['types of tests', 'tsc', ['-p', 'test/tsconfig.json']],
  ['lint', 'oxlint', ['--quiet']],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['boundaries', 'depcruise', ['--config', '.dependency-cruiser.mjs', 'src', 'migrations']],
  ['graphql/schema.graphql', 'node', ['scripts/schema-graphql.mjs', '--check']],
  ['migrations/schema.sql', 'node', ['scripts/schema-sql.mjs', '--check']],
  ['docs', 'node', ['scripts/docs-tables.mjs', '--check']],
  ['docs/CLI.md', 'node', ['scripts/docs-cli.mjs', '--check']],
  ['package-lock.json', 'node', ['scripts/check-lock.mjs']],
];

const failed = [];
for (const [name, command, args] of CHECKS) {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const ok = status === 0;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (ok) continue;
  failed.push(name);
  console.log(
    [error?.message, stdout, stderr].filter(Boolean).join('\n').trimEnd().replace(/^/gm, '       '),
  );
}
if (failed.length > 0)
  console.log(`\n${failed.length} of ${CHECKS.length} checks failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
