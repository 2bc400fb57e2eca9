import { fork } from 'node:child_process';

const GENERATOR = new URL('generator.mjs', import.meta.url).pathname;
const CLOSE_TO_LIMIT = 0.85;

/**
 * Runs one load in a process of its own and answers what it measured: `rate` (items a second), `p50` and `p99` (ms),
 * totals, and the cores that generator and server used. A generator that was itself near its limit is reported.
 *
 * @param plan `workload` with its settings, `port`, `connections`, `warmSeconds`, `seconds`; `rate` makes it open-loop
 */
export function load(plan) {
  const child = fork(GENERATOR, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', ({ measured, failed }) => {
      if (failed) return reject(new Error(`the load failed: ${failed}`));
      if (measured.generatorCpu > CLOSE_TO_LIMIT)
        console.warn(
          `  the load generator used ${measured.generatorCpu.toFixed(2)} cores: it may have been the limit`,
        );
      return resolve(measured);
    });
    child.once('exit', (code) => code !== 0 && reject(new Error(`the load generator ended with ${code}`)));
    child.send(plan);
  });
}
