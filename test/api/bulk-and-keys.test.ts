import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attested,
  decommission,
  fromNow,
  history,
  newDigest,
  post,
  push,
  record,
  recordMany,
  startPeer,
  startRegistry,
  statement,
  type TestRegistry,
} from '../support/registry.js';

let registry: TestRegistry;
let token: string;
beforeAll(async () => {
  registry = await startRegistry();
  token = registry.token;
});
afterAll(() => registry.close());

const keys = async (key: string): Promise<number> =>
  (await registry.database.pool.query('select from idempotency_key where key = $1', [key])).rowCount ?? 0;

test('a call carries 500 records, each with its answer in input order', async () => {
  const digests = await attested(registry, token, 500);
  const inputs = digests.map((digest, i) => ({ name: `bulk-${i}`, digest }));
  const first = await recordMany(registry, token, inputs);
  expect(first.userErrors).toEqual([]);
  expect(
    first.results.map((result) => [
      result.outcome,
      result.record.deployment.name,
      result.record.artifact.digest,
    ]),
  ).toEqual(inputs.map(({ name, digest }) => ['CREATED', name, digest]));
  const again = await recordMany(registry, token, inputs);
  expect(again.results.map((result) => result.record.id)).toEqual(
    first.results.map((result) => result.record.id),
  );
  expect(
    again.results.every((result) => result.outcome === 'REFRESHED' || result.outcome === 'UNCHANGED'),
  ).toBe(true);
});

test('a call of 501, of 600 or of no records is refused as a whole', async () => {
  const input = { name: 'many', digest: newDigest() };
  for (const count of [0, 501, 600]) {
    const refused = await recordMany(registry, token, Array(count).fill(input));
    expect(refused).toMatchObject({
      results: [],
      userErrors: [{ code: 'BATCH_TOO_LARGE', field: ['records'] }],
    });
  }
});

test('bad records among good ones get their own codes, the good ones are recorded', async () => {
  const [a, b, chart] = (await attested(registry, token, 3)) as [string, string, string];
  await record(registry, token, { name: 'a-chart', digest: chart, kind: 'HELM_CHART' });
  const { results } = await recordMany(registry, token, [
    { name: 'good-1', digest: a },
    { name: 'bad', digest: 'sha256:1234' },
    { name: 'good-2', digest: b },
    { name: 'bad', digest: newDigest() },
    { name: 'bad', digest: chart },
    { name: 'bad\u0000', digest: a },
    { name: 'bad', digest: a, environment: 'nowhere' },
    { name: 'bad', digest: a, mode: 'HEARTBEAT' },
    { name: 'bad', digest: a, observedAt: fromNow(3600) },
    { name: 'bad', digest: a, ociRef: 'NOT A REF' },
    { name: 'good-3', digest: a, logicalEnvironment: 'bulk-stage' },
  ]);
  expect(results.map((result) => result.code ?? result.outcome)).toEqual([
    'CREATED',
    'INVALID_DIGEST',
    'CREATED',
    'ARTIFACT_NOT_FOUND',
    'ARTIFACT_KIND_MISMATCH',
    'INVALID_NAME',
    'ENVIRONMENT_NOT_FOUND',
    'DEPLOYMENT_NOT_FOUND',
    'OBSERVED_AT_IN_FUTURE',
    'INVALID_REFERENCE',
    'CREATED',
  ]);
  expect((await history(registry, token, { names: ['good-1', 'good-2', 'good-3', 'bad'] })).length).toBe(3);
});

test('one Deployment twice in a call: the records take effect in the order of the call', async () => {
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  const { results } = await recordMany(registry, token, [
    { name: 'twice', digest: a },
    { name: 'other', digest: a },
    { name: 'twice', digest: b },
    { name: 'twice', digest: b },
    { name: 'twice', digest: a },
  ]);
  expect(results.map((result) => result.record.seq)).toEqual([1, 1, 2, 2, 3]);
  expect(results.map((result) => result.outcome).filter((outcome) => outcome === 'CREATED')).toHaveLength(4);
  const rows = await history(registry, token, { names: ['twice'] });
  expect(rows.find((row) => row.status === 'DEPLOYED')).toMatchObject({ seq: 3, artifact: { digest: a } });
});

test.each(['header', 'input'])(
  'an Idempotency-Key in the %s: a replay gets the first answer after the state has moved on',
  async (place) => {
    const [a, b] = (await attested(registry, token, 2)) as [string, string];
    const key = `replay-${place}`;
    const keyed = (input: Record<string, unknown>) =>
      place === 'header'
        ? record(registry, token, input, { 'idempotency-key': key })
        : record(registry, token, { ...input, idempotencyKey: key });
    const first = await keyed({ name: key, digest: a });
    await record(registry, token, { name: key, digest: b });
    const replay = await keyed({ name: key, digest: a });
    expect([replay.outcome, replay.record.id]).toEqual(['CREATED', first.record.id]);
    const rows = await history(registry, token, { names: [key] });
    expect(rows.map((row) => row.status)).toEqual(['DEPLOYED', 'SUPERSEDED']);
    expect(rows[0].artifact.digest).toBe(b);
    expect((await keyed({ name: key, digest: b })).code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await keyed({ name: `${key}-2`, digest: a })).code).toBe('IDEMPOTENCY_KEY_REUSED');
  },
);

test('a key belongs to the token that sent it', async () => {
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  const other = await registry.tokenWith(['record.write']);
  await record(registry, token, { name: 'owned-key', digest: a, idempotencyKey: 'owned' });
  expect(
    (await record(registry, other, { name: 'owned-key', digest: b, idempotencyKey: 'owned' })).outcome,
  ).toBe('CREATED');
});

test('a refused record gives its key back: the caller mends the cause and repeats', async () => {
  const digest = newDigest();
  const call = () => record(registry, token, { name: 'mended', digest, idempotencyKey: 'mended' });
  expect((await call()).code).toBe('ARTIFACT_NOT_FOUND');
  expect(await keys('mended')).toBe(0);
  await push(registry, token, statement([digest]));
  expect((await call()).outcome).toBe('CREATED');
  expect(await keys('mended')).toBe(1);
});

test('a refused decommission gives its key back too, and its refusal stays in the log', async () => {
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  await record(registry, token, { name: 'mended-end', digest: a });
  const end = () =>
    decommission(registry, token, { name: 'mended-end', digest: b, idempotencyKey: 'mended-end' });
  expect((await end()).code).toBe('RECORD_NOT_FOUND');
  expect((await end()).code).toBe('RECORD_NOT_FOUND');
  await record(registry, token, { name: 'mended-end', digest: b });
  const ended = await end();
  expect(ended.outcome).toBe('DECOMMISSIONED');
  await record(registry, token, { name: 'mended-end', digest: a });
  const replay = await end();
  expect(replay).toMatchObject({ outcome: 'DECOMMISSIONED', record: { id: ended.record.id } });
  expect(
    (await decommission(registry, token, { name: 'mended-end', digest: a, idempotencyKey: 'mended-end' }))
      .code,
  ).toBe('IDEMPOTENCY_KEY_REUSED');
  const { rows } = await registry.database.pool.query(
    `select e.detail ->> 'code' as code from event e where e.type = 'REFUSED' order by seq`,
  );
  expect(rows.map((row) => row.code)).toEqual(['RECORD_NOT_FOUND', 'RECORD_NOT_FOUND']);
});

test('20 calls with one key at once, through two servers, do the work once and all get its answer', async () => {
  const [digest] = await attested(registry, token);
  const peer = await startPeer(registry);
  try {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        record(i % 2 ? peer : registry, token, { name: 'crowd', digest, idempotencyKey: 'crowd' }),
      ),
    );
    expect(new Set(answers.map((answer) => `${answer.outcome} ${answer.record.id}`)).size).toBe(1);
    expect(await history(registry, token, { names: ['crowd'] })).toMatchObject([{ seenCount: 1 }]);
    const ends = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        decommission(i % 2 ? peer : registry, token, { name: 'crowd', digest, idempotencyKey: 'crowd-end' }),
      ),
    );
    expect(ends.map((end) => end.outcome)).toEqual(Array(10).fill('DECOMMISSIONED'));
  } finally {
    await peer.close();
  }
});

test('a bulk call with a key in the header is replayed record by record', async () => {
  const digests = await attested(registry, token, 3);
  const inputs = digests.map((digest, i) => ({ name: `keyed-${i}`, digest }));
  const call = (records: Record<string, unknown>[]) =>
    recordMany(registry, token, records, { 'idempotency-key': 'bulk' });
  const first = await call([...inputs, { name: 'keyed-3', digest: 'nonsense' }]);
  const again = await call([...inputs, { name: 'keyed-3', digest: digests[0] }]);
  expect(first.results.map((result) => result.code ?? result.outcome)).toEqual([
    'CREATED',
    'CREATED',
    'CREATED',
    'INVALID_DIGEST',
  ]);
  expect(again.results.map((result) => result.outcome)).toEqual(Array(4).fill('CREATED'));
  expect(again.results.slice(0, 3).map((result) => result.record.id)).toEqual(
    first.results.slice(0, 3).map((result) => result.record.id),
  );
  expect((await history(registry, token, { names: ['keyed-0'] }))[0].seenCount).toBe(1);
});

test('one key twice in a bulk call: the same content is replayed, other content is refused', async () => {
  const [a, b] = (await attested(registry, token, 2)) as [string, string];
  const keyed = { idempotencyKey: 'doubled' };
  const { results } = await recordMany(registry, token, [
    { ...keyed, name: 'doubled', digest: a },
    { ...keyed, name: 'doubled', digest: a },
    { ...keyed, name: 'doubled', digest: b },
  ]);
  expect(results.map((result) => result.code ?? result.outcome)).toEqual([
    'CREATED',
    'CREATED',
    'IDEMPOTENCY_KEY_REUSED',
  ]);
});

test('the other mutations replay too, and a key of another operation is refused', async () => {
  const call = (document: string) => post(registry, token, document, {}, { 'idempotency-key': 'places' });
  const create =
    'mutation { createEnvironment(input: { name: "keyed" }) { environment { id } userErrors { code } } }';
  const first = await call(create);
  expect((await call(create)).data).toEqual(first.data);
  expect(
    (await call('mutation { createEnvironment(input: { name: "keyed-2" }) { userErrors { code } } }')).data
      .createEnvironment.userErrors[0].code,
  ).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(
    (await call('mutation { archiveEnvironment(input: { name: "keyed" }) { userErrors { code } } }')).data
      .archiveEnvironment.userErrors[0].code,
  ).toBe('IDEMPOTENCY_KEY_REUSED');
  const refused = 'mutation { createEnvironment(input: { name: "default" }) { userErrors { code } } }';
  for (let i = 0; i < 2; i++)
    expect(
      (await post(registry, token, refused, {}, { 'idempotency-key': 'refused' })).data.createEnvironment
        .userErrors[0].code,
    ).toBe('ENVIRONMENT_EXISTS');
});

test('a key that is empty, too long or not printable is refused', async () => {
  const [digest] = await attested(registry, token);
  for (const key of ['', 'x'.repeat(256), 'a\nb'])
    expect(
      (await record(registry, token, { name: 'k', digest, idempotencyKey: key })).userErrors[0],
    ).toMatchObject({
      code: 'INVALID_INPUT',
      field: ['idempotencyKey'],
    });
  for (const key of ['x'.repeat(201), 'é']) {
    const { status, errors } = await post(
      registry,
      token,
      '{ viewer { actor { name } } }',
      {},
      { 'idempotency-key': key },
    );
    expect([status, errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_REQUEST']);
  }
  for (const key of ['', 'x'.repeat(256), 'a\u0000b'])
    expect((await decommission(registry, token, { name: 'k', digest, idempotencyKey: key })).code).toBe(
      'INVALID_INPUT',
    );
});
