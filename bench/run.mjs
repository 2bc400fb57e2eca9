// `npm run bench [-- --quick] [-- --only single,pgbench,…]`: every contender on one PostgreSQL, in turns.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hasCli, measureCli } from './contenders/cli.mjs';
import { measureDeepPage } from './contenders/deep-page.mjs';
import { hasPgbench, measurePgbench } from './contenders/pgbench.mjs';
import { hasPostgraphile, measurePostgraphile } from './contenders/postgraphile.mjs';
import { measureRollcall } from './contenders/rollcall.mjs';
import { measureTypeorm } from './contenders/typeorm.mjs';
import { measureVerification } from './contenders/verification.mjs';
import { startCluster } from './database/cluster.mjs';
import { makeTemplate } from './database/template.mjs';
import { coresInUse, describeMachine } from './machine.mjs';
import { tables, writeReport } from './report.mjs';
import { Results } from './results.mjs';

const NAMES = [
  'single',
  'bulk',
  'list',
  'open',
  'pgbench',
  'typeorm',
  'postgraphile',
  'deep',
  'cli',
  'verification',
];
const FULL = { rounds: 3, seconds: 5, historySizes: { historySmall: 100_000, historyLarge: 2_000_000 } };
const QUICK = { rounds: 1, seconds: 3, historySizes: { historySmall: 20_000, historyLarge: 200_000 } };
const QUIET_CORES = 0.3;
const BUILT = new URL('../dist/src/main.js', import.meta.url);

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (options.help) {
  console.log(
    `npm run bench -- [--quick] [--only NAME,…]\n  NAME: ${NAMES.join(', ')}\n  --quick and --only write no RESULTS.md`,
  );
  process.exit(0);
}
const only = options.only?.split(',') ?? NAMES;
const unknown = only.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) throw new Error(`--only takes ${NAMES.join(', ')}; not ${unknown.join(', ')}`);
if (!existsSync(BUILT)) throw new Error('the server is not built: npm run build');

const plan = options.quick ? QUICK : FULL;
const wants = (name) => only.includes(name);
const started = performance.now();
const cluster = await startCluster();
let stopping = false;
let mostInUse = 0;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    stopping = true;
    void cluster.stop().finally(() => process.exit(130));
  });
try {
  const machine = describeMachine(cluster);
  for (const [name, value] of Object.entries(machine)) console.log(`${name}: ${value}`);
  const { token, ...ids } = await makeTemplate(cluster);
  const context = { ...plan, cluster, token, ids, wants };
  const results = new Results();
  await inRounds(await contenders(context), results);
  if (wants('cli') && hasCli()) await step('cli', results, () => measureCli(context));
  if (wants('deep')) await step('deep history pages', results, (keep) => measureDeepPage(context, keep));
  console.log(`\n${tables(results)}`);
  const minutes = (performance.now() - started) / 60_000;
  console.log(`${minutes.toFixed(1)} minutes`);
  if (!options.quick && !options.only)
    writeReport(results, machine, [
      `${plan.rounds} rounds of ${plan.seconds} s each, ${minutes.toFixed(0)} minutes in all; between the steps other programs used up to ${mostInUse.toFixed(1)} cores`,
    ]);
} catch (error) {
  if (!stopping) throw error;
} finally {
  if (!stopping) await cluster.stop();
}

/** What takes turns in every round. */
async function contenders(context) {
  const list = [];
  if (['single', 'bulk', 'list', 'open'].some(wants)) list.push(['rollcall', () => measureRollcall(context)]);
  if (wants('pgbench') && (await hasPgbench()))
    list.push(
      ['pgbench', () => measurePgbench(context, 'ours')],
      ['pgbench, lean table', () => measurePgbench(context, 'lean')],
    );
  if (wants('typeorm')) list.push(['typeorm', () => measureTypeorm(context)]);
  if (wants('postgraphile') && hasPostgraphile())
    list.push(['postgraphile', () => measurePostgraphile(context)]);
  if (wants('verification')) list.push(['verification', () => measureVerification(context)]);
  return list;
}

async function inRounds(list, results) {
  for (let round = 0; round < plan.rounds; round++) {
    const turned = [...list.slice(round % list.length), ...list.slice(0, round % list.length)];
    for (const [name, measure] of turned) await step(`round ${round + 1}: ${name}`, results, measure);
  }
}

async function step(title, results, measure) {
  const inUse = await coresInUse();
  mostInUse = Math.max(mostInUse, inUse ?? 0);
  console.log(inUse > QUIET_CORES ? `${title} (others use ${inUse.toFixed(1)} cores: expect noise)` : title);
  const keep = (found) => {
    results.keep(found);
    const shown = Object.entries(found).filter(([, value]) => value !== null && value !== undefined);
    console.log(
      `  ${shown.map(([name, value]) => `${name} ${value.toFixed(value < 100 ? 2 : 0)}`).join('  ')}`,
    );
  };
  const found = await measure(keep);
  if (found) keep(found);
}
