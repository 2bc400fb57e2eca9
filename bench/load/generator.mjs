// The load, in a process of its own. The parent sends one plan; the answer is what was measured.
import { readFileSync } from 'node:fs';
import { HttpConnection } from './http-connection.mjs';
import { WORKLOADS } from './workloads.mjs';

const now = () => performance.now();
const TICKS_PER_SECOND = 100;

process.once('message', async (plan) => {
  try {
    process.send({ measured: await measure(plan) });
  } catch (error) {
    process.send({ failed: error.stack });
  }
  process.disconnect();
});

async function measure(plan) {
  const workload = WORKLOADS[plan.workload](plan);
  const totals = { items: 0, created: 0, requests: 0 };
  const window = { open: false, items: 0, latencies: [] };
  const failed = Promise.withResolvers();
  const connections = Array.from({ length: plan.connections }, () => connectionTo(plan.port, failed.reject));

  const run = plan.rate === undefined ? closedLoop : openLoop;
  const answered = (status, body, since) => {
    const read = status >= 200 && status < 300 ? workload.read(body) : null;
    if (read === null)
      return failed.reject(
        new Error(`an answer that was not expected: ${status} ${body.toString('utf8', 0, 2_000)}`),
      );
    totals.items += read.items;
    totals.created += read.created;
    totals.requests++;
    if (!window.open) return undefined;
    window.items += read.items;
    window.latencies.push(now() - since);
    return undefined;
  };
  await Promise.race([Promise.all(connections.map(({ ready }) => ready)), failed.promise]);
  const marks = [];
  const timers = [
    setTimeout(() => {
      window.open = true;
      marks.push(mark(plan.serverPid));
    }, plan.warmSeconds * 1000),
    setTimeout(
      () => {
        window.open = false;
        marks.push(mark(plan.serverPid));
      },
      (plan.warmSeconds + plan.seconds) * 1000,
    ),
  ];
  try {
    await Promise.race([run(plan, workload, connections, answered), failed.promise]);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const connection of connections) connection.close();
  }
  return summary(totals, window, marks);
}

function connectionTo(port, onLost) {
  return new HttpConnection(port, () => {}, onLost);
}

/** Every connection sends its next request as soon as it has its answer. Resolves when the last answer is in. */
function closedLoop(plan, workload, connections, answered) {
  const end = now() + (plan.warmSeconds + plan.seconds) * 1000;
  let left = plan.requests ?? Infinity;
  return Promise.all(
    connections.map(
      (connection) =>
        new Promise((resolve) => {
          let since = 0;
          const send = () => {
            if (now() >= end || left <= 0) return resolve();
            left--;
            since = now();
            connection.send(workload.next());
            return undefined;
          };
          connection.onAnswer = (status, body) => {
            answered(status, body, since);
            send();
          };
          send();
        }),
    ),
  );
}

/** Requests come at random instants, `rate` a second, whether or not the server keeps up; a latency counts from there. */
function openLoop(plan, workload, connections, answered) {
  const idle = [...connections];
  const waiting = [];
  const start = now();
  const end = start + (plan.warmSeconds + plan.seconds) * 1000;
  let due = start;
  return new Promise((resolve) => {
    const send = (connection, since) => {
      connection.onAnswer = (status, body) => {
        answered(status, body, since);
        if (waiting.length > 0) send(connection, waiting.shift());
        else idle.push(connection);
        if (due >= end && idle.length === connections.length) resolve();
      };
      connection.send(workload.next());
    };
    const tick = () => {
      const reached = now();
      while (due <= reached && due < end) {
        if (idle.length > 0) send(idle.pop(), due);
        else waiting.push(due);
        due += (-Math.log(1 - Math.random()) * 1000) / plan.rate;
      }
      if (due < end) setTimeout(tick, 1);
      else if (idle.length === connections.length) resolve();
    };
    tick();
  });
}

const mark = (serverPid) => ({
  at: now(),
  own: process.cpuUsage(),
  server: serverPid ? cpuSecondsOf(serverPid) : null,
});

/** Processor time of another process so far; null where /proc is missing. */
function cpuSecondsOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

function summary(totals, window, [begin, end]) {
  const latencies = Float64Array.from(window.latencies).sort();
  const at = (share) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? null;
  const seconds = begin && end ? (end.at - begin.at) / 1000 : null;
  const own =
    begin && end ? (end.own.user + end.own.system - begin.own.user - begin.own.system) / 1e6 / seconds : null;
  return {
    ...totals,
    rate: seconds === null ? null : window.items / seconds,
    requestRate: seconds === null ? null : latencies.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    /** Cores used within the window. */
    generatorCpu: own,
    serverCpu: begin?.server != null && end?.server != null ? (end.server - begin.server) / seconds : null,
  };
}
