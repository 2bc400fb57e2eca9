// Kills the server with SIGKILL under load, again and again: it must start without help, and nothing it acknowledged is lost.
// node test/faults/kill-server.mjs [--rounds 10] [--callers 32] [--home FOLDER]
import { parseArgs } from 'node:util';
import { check, printTable } from './check.mjs';
import { Load } from './load.mjs';
import { Server } from './server.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    callers: { type: 'string', default: '32' },
    home: { type: 'string' },
  },
});
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
    await server.end('SIGKILL');
    await load.stop();
    const readyMs = await server.start();
    const client = await server.connect();
    const findings = await check(client, load);
    await client.end();
    const wrong = Object.keys(load.refused).filter(
      (code) => !['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code),
    );
    findings.push(...wrong.map((code) => `callers got ${code}`));
    rows.push({
      round,
      'killed after ms': afterMs,
      'ready after ms': readyMs,
      acknowledged: load.answers - before,
      records: load.acknowledged.size,
      lost: findings.length,
    });
    findings.slice(0, 10).forEach((finding) => console.error(`round ${round}: ${finding}`));
  }
} finally {
  await server.remove();
}
printTable(rows);
process.exit(rows.every((row) => row.lost === 0 && row.acknowledged > 0) ? 0 : 1);
