// The same implementation without HTTP and GraphQL: 64 callers in one process.
import { KIND, digestOf, nextCall, placeOf } from '../keys.mjs';
import { openDataSource, typeormRecord } from './record.mjs';

const CALLERS = 64;
const [url, organizationId, principalId, seconds] = process.argv.slice(2);
const source = await openDataSource(url);
const record = typeormRecord(source);
const start = performance.now();
const begin = start + 1_000;
const end = begin + Number(seconds) * 1000;
const latencies = [];
let created = 0;

async function caller() {
  while (performance.now() < end) {
    const { deployment, artifact } = nextCall();
    const since = performance.now();
    const answer = await record({
      organizationId,
      principalId,
      ...placeOf(deployment),
      kind: KIND,
      digest: digestOf(artifact),
    });
    const now = performance.now();
    if (answer.outcome === 'CREATED') created++;
    if (now >= begin && now < end) latencies.push(now - since);
  }
}
await Promise.all(Array.from({ length: CALLERS }, caller));
await source.destroy();
latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.floor(latencies.length * share)];
console.log(
  JSON.stringify({ created, rate: latencies.length / Number(seconds), p50: at(0.5), p99: at(0.99) }),
);
