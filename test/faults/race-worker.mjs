// One of the servers of race.mjs: node race-worker.mjs HOME DATABASE_URL TOKEN SECONDS CALLERS KEYS DIGEST... Prints JSON.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [home, databaseUrl, token, seconds, callers, keys, ...digests] = process.argv.slice(2);
const { createRegistry } = await import(pathToFileURL(join(home, 'dist/src/embed.js')).href);
const registry = await createRegistry({ databaseUrl, migrate: 'off', poolSize: 16 });
const actor = await registry.actor(token);
const outcomes = {};
const errors = {};
const latencies = [];
const until = Date.now() + Number(seconds) * 1_000;
const random = (count) => Math.floor(Math.random() * count);

async function caller() {
  while (Date.now() < until) {
    const begin = performance.now();
    try {
      const input = {
        name: `race/${random(Number(keys))}`,
        kind: 'CONTAINER_IMAGE',
        digest: digests[random(digests.length)],
      };
      const { outcome } = await registry.services.deployments.record(actor, input);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    } catch (error) {
      const code = error.code ?? error.message;
      errors[code] = (errors[code] ?? 0) + 1;
    }
    latencies.push(performance.now() - begin);
  }
}
await Promise.all(Array.from({ length: Number(callers) }, caller));
await registry.close();
latencies.sort((a, b) => a - b);
console.log(JSON.stringify({ outcomes, errors, p99: latencies[Math.floor(latencies.length * 0.99)] }));
process.exit();
