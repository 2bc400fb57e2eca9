import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  addOrganization,
  attested,
  decommission,
  fromNow,
  post,
  record,
  recordMany,
  startPeer,
  startRegistry,
  type TestRegistry,
} from '../support/registry.js';

// What is waited for comes within milliseconds; the limits only end a test that fails.
const LIMIT_MS = 30_000;
vi.setConfig({ testTimeout: 120_000 });

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

const CHANGES = `subscription ($after: String, $environments: [String!], $logicalEnvironments: [String!], $names: [String!]) {
  deploymentChanged(after: $after, environments: $environments, logicalEnvironments: $logicalEnvironments, names: $names) {
    cursor type observedAt receivedAt actor { name } deployment { name environment { name } logicalEnvironment { name } }
    record { id status artifact { digest } } } }`;

interface Listener {
  changes: any[];
  errors: any[];
  /** Resolves when so many changes have come, or the one that is told so; rejects after LIMIT_MS. */
  until(wanted: number | string): Promise<any[]>;
  /** Resolves when the subscription was refused or ended with an error; rejects after LIMIT_MS. */
  untilError(): Promise<any[]>;
  closed: Promise<number>;
  close(): void;
}

async function eventually(holds: () => boolean, complaint: () => string): Promise<void> {
  for (const end = Date.now() + LIMIT_MS; !holds(); await sleep(10))
    if (Date.now() > end) throw new Error(complaint());
}

/** A client of graphql-transport-ws: connects, says who it is, subscribes once. */
async function listen(
  server: { url: string },
  secret: string | null,
  variables: Record<string, unknown> = {},
  document: unknown = CHANGES,
): Promise<Listener> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const changes: any[] = [];
  const errors: any[] = [];
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener('close', (event) => resolve(event.code)),
  );
  const acknowledged = new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.type === 'connection_ack') resolve();
      else if (message.type === 'ping') socket.send('{"type":"pong"}');
      else if (message.type === 'next' && !message.payload.errors)
        changes.push(message.payload.data.deploymentChanged);
      else if (message.type !== 'pong') errors.push(message);
    });
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  socket.send(
    JSON.stringify({
      type: 'connection_init',
      payload: secret === null ? {} : { authorization: `Bearer ${secret}` },
    }),
  );
  await Promise.race([acknowledged, closed]);
  if (socket.readyState === WebSocket.OPEN)
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: document, variables } }));
  return {
    changes,
    errors,
    closed,
    close: () => socket.close(),
    until: async (wanted) => {
      await eventually(
        () => (typeof wanted === 'number' ? changes.length >= wanted : told(changes).includes(wanted)),
        () => `${changes.length} changes came, not ${wanted}: ${JSON.stringify(errors)}`,
      );
      return changes;
    },
    untilError: async () => {
      await eventually(
        () => errors.length > 0,
        () => `no error came, but ${changes.length} changes`,
      );
      return errors;
    },
  };
}

/**
 * Records new digests under a name until the listener hears of one. A subscription without `after` begins at
 * some time after it was asked for, and nothing tells when.
 */
async function recordUntilHeard(listener: Listener, secret: string, name: string): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (listener.changes.length === 0) {
    if (Date.now() > end) throw new Error(`nothing was heard: ${JSON.stringify(listener.errors)}`);
    const [digest] = await attested(registry, secret);
    await record(registry, secret, { name, digest });
    await sleep(100);
  }
}

/** Where the log stands now: behind everything that was recorded so far, except for the name `probe`. */
async function cursorNow(): Promise<string> {
  const probe = await listen(registry, token, { names: ['probe'] });
  await recordUntilHeard(probe, token, 'probe');
  probe.close();
  return probe.changes[0].cursor;
}

const told = (changes: any[]): string[] =>
  changes.map((change) => `${change.type} ${change.deployment.name}`);

test('changes arrive in order, each with its deployment, record, actor and cursor', async () => {
  const after = await cursorNow();
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  const listener = await listen(registry, token, { after, names: ['told'] });
  await record(registry, token, { name: 'told', digest: a, observedAt: fromNow(-100) });
  await record(registry, token, { name: 'told', digest: a });
  const second = await record(registry, token, { name: 'told', digest: b });
  await record(registry, token, { name: 'told', digest: a, observedAt: fromNow(-1000) });
  await decommission(registry, token, { name: 'told', digest: a });
  await decommission(registry, token, { name: 'told', digest: b });
  const changes = await listener.until(6);
  listener.close();
  expect(changes.map((change) => change.type)).toEqual([
    'RECORDED',
    'SUPERSEDED',
    'RECORDED',
    'STALE',
    'REFUSED',
    'DECOMMISSIONED',
  ]);
  expect(changes[2]).toMatchObject({
    deployment: {
      name: 'told',
      environment: { name: 'default' },
      logicalEnvironment: { name: 'production' },
    },
    record: { id: second.record.id, artifact: { digest: b } },
    actor: { name: 'admin' },
    observedAt: second.record.deployedAt,
  });
  expect(changes[4].record).toBeNull();
  expect(new Set(changes.map((change) => change.cursor)).size).toBe(6);
});

test('after a disconnect `after` misses nothing and repeats nothing, through another server too', async () => {
  const peer = await startPeer(registry);
  try {
    const digests = await attested(registry, token, 60);
    const first = await listen(registry, token, { after: await cursorNow(), names: ['resumed'] });
    const write = (from: number, to: number) =>
      recordMany(
        registry,
        token,
        digests.slice(from, to).map((digest) => ({ name: 'resumed', digest })),
      );
    await write(0, 20);
    const seen = [...(await first.until(20))];
    first.close();
    await first.closed;
    await write(20, 40);
    const second = await listen(peer, token, { after: seen.at(-1).cursor, names: ['resumed'] });
    await write(40, 60);
    await decommission(registry, token, { name: 'resumed', digest: digests[59] });
    const total = 60 + 59 + 1;
    const recorded = (changes: any[]) =>
      changes.filter((change) => change.type === 'RECORDED').map((change) => change.record.artifact.digest);
    await second.until('DECOMMISSIONED resumed');
    second.close();
    const all = [...seen, ...second.changes];
    expect(recorded(all)).toEqual(digests);
    expect(new Set(all.map((change) => change.cursor)).size).toBe(all.length);
    expect(all.filter((change) => change.type !== 'FLAPPING')).toHaveLength(total);
    // From the beginning of those changes it is the same list again.
    const again = await listen(registry, token, { after: all[0].cursor, names: ['resumed'] });
    const repeated = await again.until(all.length - 1);
    again.close();
    expect(repeated.map((change) => change.cursor)).toEqual(all.slice(1).map((change) => change.cursor));
  } finally {
    await peer.close();
  }
});

test('concurrent writers of two servers: every change comes exactly once', async () => {
  const peer = await startPeer(registry);
  try {
    const digests = await attested(registry, token, 100);
    const listener = await listen(registry, token, {
      after: await cursorNow(),
      logicalEnvironments: ['busy'],
    });
    // The stage is made by the first record: its changes come all the same.
    await Promise.all(
      digests.map((digest, i) =>
        record(i % 2 ? peer : registry, token, { name: `busy-${i}`, digest, logicalEnvironment: 'busy' }),
      ),
    );
    // What is recorded last arrives last: a change that came twice would have come by then.
    const [last] = await attested(registry, token);
    await record(registry, token, { name: 'busy-last', digest: last, logicalEnvironment: 'busy' });
    const changes = await listener.until('RECORDED busy-last');
    listener.close();
    expect(told(changes).sort()).toEqual(
      [...digests.map((_, i) => `RECORDED busy-${i}`), 'RECORDED busy-last'].sort(),
    );
  } finally {
    await peer.close();
  }
});

test('changes are filtered by Environment, LogicalEnvironment and name', async () => {
  await post(
    registry,
    token,
    'mutation { createEnvironment(input: { name: "filtered" }) { userErrors { code } } }',
  );
  const after = await cursorNow();
  const [digest] = await attested(registry, token);
  const listeners = await Promise.all([
    listen(registry, token, { after, environments: ['filtered'] }),
    listen(registry, token, { after, logicalEnvironments: ['staging'] }),
    listen(registry, token, { after, names: ['f-2', 'f-3'] }),
    listen(registry, token, { after, environments: ['filtered'], names: ['f-3'] }),
    listen(registry, token, { after, environments: ['nowhere'] }),
  ]);
  await record(registry, token, { name: 'f-1', digest, environment: 'filtered' });
  await record(registry, token, { name: 'f-2', digest, logicalEnvironment: 'staging' });
  await record(registry, token, { name: 'f-3', digest });
  // Each listener is told of one more: what it should not hear of would have come before.
  await post(
    registry,
    token,
    'mutation { createEnvironment(input: { name: "nowhere" }) { userErrors { code } } }',
  );
  await record(registry, token, { name: 'f-3', digest, environment: 'filtered' });
  await record(registry, token, { name: 'f-4', digest, logicalEnvironment: 'staging' });
  await record(registry, token, { name: 'f-5', digest, environment: 'nowhere' });
  const expected = [
    ['RECORDED f-1', 'RECORDED f-3'],
    ['RECORDED f-2', 'RECORDED f-4'],
    ['RECORDED f-2', 'RECORDED f-3', 'RECORDED f-3'],
    ['RECORDED f-3'],
    ['RECORDED f-5'],
  ];
  for (const [i, listener] of listeners.entries()) await listener.until(expected[i]?.length ?? 0);
  for (const listener of listeners) listener.close();
  expect(listeners.map((listener) => told(listener.changes))).toEqual(expected);
});

test('without a token, or with a wrong one, nothing is told', async () => {
  const [digest] = await attested(registry, token);
  for (const secret of [null, 'wrong', `rollcall_${'0'.repeat(46)}`]) {
    const listener = await listen(registry, secret, {});
    await record(registry, token, { name: 'secret', digest });
    expect(await Promise.race([listener.closed, sleep(LIMIT_MS, null, { ref: false })])).not.toBeNull();
    expect(listener.changes).toEqual([]);
  }
});

test('without deployment.read nothing is told', async () => {
  const weak = await registry.tokenWith(['record.write']);
  const [digest] = await attested(registry, token);
  const reader = await listen(registry, token, { after: await cursorNow(), names: ['unreadable'] });
  const listener = await listen(registry, weak, {});
  await listener.untilError();
  await record(registry, token, { name: 'unreadable', digest });
  await reader.until(1);
  reader.close();
  listener.close();
  expect(listener.changes).toEqual([]);
  expect(listener.errors[0].payload[0]).toMatchObject({
    extensions: { code: 'FORBIDDEN', permission: 'deployment.read' },
  });
});

test('I-16 changes of another organization never arrive', async () => {
  const other = await addOrganization(registry, 'listeners');
  const [mine] = await attested(registry, token);
  const [theirs] = await attested(registry, other);
  const listener = await listen(registry, other, {});
  await recordUntilHeard(listener, other, 'begun');
  await record(registry, token, { name: 'mine', digest: mine });
  await record(registry, other, { name: 'theirs', digest: theirs });
  await listener.until('RECORDED theirs');
  listener.close();
  const names = told(listener.changes).filter((change) => !change.endsWith(' begun'));
  expect(names).toEqual(['RECORDED theirs']);
});

test('a token that is revoked hears no more', async () => {
  const { data } = await post(
    registry,
    token,
    'mutation { createApiToken(input: { name: "listener" }) { secret apiToken { id } userErrors { code } } }',
  );
  const { secret, apiToken } = data.createApiToken;
  const [digest] = await attested(registry, token);
  const listener = await listen(registry, secret, { after: await cursorNow(), names: ['heard', 'unheard'] });
  await record(registry, token, { name: 'heard', digest });
  await listener.until(1);
  await post(
    registry,
    token,
    'mutation ($id: ID!) { revokeApiToken(input: { id: $id }) { userErrors { code } } }',
    { id: apiToken.id },
  );
  await record(registry, token, { name: 'unheard', digest });
  await listener.untilError();
  listener.close();
  expect(told(listener.changes)).toEqual(['RECORDED heard']);
  expect(listener.errors[0].payload[0].extensions.code).toBe('UNAUTHENTICATED');
});

test('subscriptions are checked like queries: schema, limits, text only, cursors', async () => {
  const deep = `subscription { deploymentChanged { deployment { ${'records { nodes { deployment { '.repeat(6)} id ${'} } }'.repeat(6)} } } }`;
  const cases: [unknown, Record<string, unknown>][] = [
    ['subscription { nothing }', {}],
    ['subscription { deploymentChanged { nothing } }', {}],
    [deep, {}],
    ['{ viewer { actor { name } } }', {}],
    ['{{{{', {}],
    [{ kind: 'Document', definitions: [] }, {}],
    [CHANGES, { after: 'nonsense' }],
    [CHANGES, { after: Buffer.from('["x","y"]').toString('base64url') }],
    [CHANGES, { after: Buffer.from('["99999999999999999999999","1"]').toString('base64url') }],
    [CHANGES, { names: 5 }],
  ];
  for (const [document, variables] of cases) {
    const listener = await listen(registry, token, variables, document);
    const shown = `${JSON.stringify(document).slice(0, 60)} ${JSON.stringify(variables)}`;
    await listener.untilError();
    listener.close();
    expect(JSON.stringify(listener.errors), shown).not.toMatch(
      /INTERNAL|xid8|bigint|syntax for type|out of range/,
    );
    if (document === CHANGES && 'after' in variables)
      expect(JSON.stringify(listener.errors), shown).toContain('BAD_REQUEST');
  }
  expect((await post(registry, token, '{ viewer { actor { name } } }')).data.viewer.actor.name).toBe('admin');
});
