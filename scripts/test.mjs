// `npm test [-- vitest's arguments]`: builds, runs every test, runs what touches the database once more on the oldest
// supported PostgreSQL, and ends with what was skipped and why. The counts go to dist/test-results.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { startOldestPostgres, whyNotOldestPostgres } from './oldest-postgres.mjs';

const ON_OLDEST = ['test/migrations', 'test/plans', 'test/api', 'test/deployments'];
const RESULTS = 'dist/test-results.json';
const PART = 'dist/test-results-part.json';

const total = { passed: 0, failed: 0, skipped: [] };

function run(command, args, env = {}) {
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

function runTests(args, env = {}) {
  rmSync(PART, { force: true });
  const reporters = ['--reporter=default', '--reporter=./scripts/results-reporter.mjs'];
  const status = run('vitest', ['run', ...reporters, ...args], { ...env, ROLLCALL_TEST_RESULTS: PART });
  let part = { passed: 0, failed: 1, skipped: [] };
  try {
    part = JSON.parse(readFileSync(PART, 'utf8'));
  } catch {
    console.error('vitest ended before it could report');
  }
  total.passed += part.passed;
  total.failed += status !== 0 && part.failed === 0 ? 1 : part.failed;
  total.skipped.push(...part.skipped);
}

if (run('npm', ['run', '--silent', 'build']) !== 0) process.exit(1);
mkdirSync('dist', { recursive: true });
const args = process.argv.slice(2);
runTests(args);
if (args.length === 0 && !process.env.DATABASE_URL) {
  const why = whyNotOldestPostgres();
  if (why !== null)
    total.skipped.push({ file: ON_OLDEST.join(', '), test: 'once more on PostgreSQL 15', why });
  else {
    console.log('\nOnce more on PostgreSQL 15, the oldest that is supported:');
    const server = await startOldestPostgres();
    try {
      runTests(ON_OLDEST, { DATABASE_URL: server.url });
    } finally {
      await server.stop();
    }
  }
}
rmSync(PART, { force: true });
writeFileSync(RESULTS, JSON.stringify(total, null, 2));
if (total.skipped.length > 0) console.log(`\nSkipped (${total.skipped.length}):`);
for (const { file, test, why } of total.skipped)
  console.log(`  ${file}: ${test}${why === null ? '' : `: ${why}`}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
