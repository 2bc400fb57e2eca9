// Kills PostgreSQL and all of its processes with SIGKILL under load, again and again: the server lives on, answers
// UNAVAILABLE meanwhile, serves again by itself, and nothing it acknowledged is lost.
// node test/faults/kill-postgres.mjs [--rounds 10] [--callers 32] [--home FOLDER]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { check, printTable } from './check.mjs';
import { Load } from './load.mjs';
import { Server } from './server.mjs';

const SERVES_AGAIN_MS = 30_000;
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    callers: { type: 'string', default: '32' },
    home: { type: 'string' },
  },
});

/** Milliseconds until PostgreSQL is back and a record was answered; null when the server has ended, or too late. */
async function untilServing(load) {
  const begin = performance.now();
  let answersBefore = null;
  while (server.lives && performance.now() - begin < SERVES_AGAIN_MS) {
    if (answersBefore === null && (await answersQueries())) answersBefore = load.answers;
    if (answersBefore !== null && load.answers > answersBefore) return Math.round(performance.now() - begin);
    await sleep(5);
  }
  return null;
}

async function answersQueries() {
  try {
    const client = await server.connect();
    await client.end();
    return true;
  } catch {
    return false; // not started yet
  }
}

const server = await Server.create(values.home ?? null);
const rows = [];
try {
  await server.start();
  const load = new Load(server.url, server.token);
  await load.prepare();
  for (let round = 1; round <= Number(values.rounds); round++) {
    const before = load.answers;
    load.refused = {};
    load.start(Number(values.callers));
    const afterMs = await load.untilRandomMoment();
    server.killPostgres();
    const servingMs = await untilServing(load);
    await sleep(200);
    await load.stop();
    const survived = server.lives;
    if (!survived) await server.start();
    const client = await server.connect();
    const findings = await check(client, load);
    await client.end();
    const { UNAVAILABLE: unavailable = 0, ...other } = load.refused;
    if (!survived) findings.push('the server has ended');
    else if (servingMs === null) findings.push(`no record was taken for ${SERVES_AGAIN_MS} ms`);
    if (unavailable === 0) findings.push('nobody was told UNAVAILABLE');
    findings.push(...Object.entries(other).map(([code, times]) => `callers got ${times} × ${code}`));
    rows.push({
      round,
      'killed after ms': afterMs,
      'serving after ms': servingMs === null ? '-' : servingMs + 50,
      acknowledged: load.answers - before,
      unavailable,
      records: load.acknowledged.size,
      findings: findings.length,
    });
    findings.slice(0, 10).forEach((finding) => console.error(`round ${round}: ${finding}`));
  }
  if (rows.some((row) => row.findings > 0)) console.error(server.output.slice(-3_000));
} finally {
  await server.remove();
}
printTable(rows);
process.exit(rows.every((row) => row.findings === 0) ? 0 : 1);
