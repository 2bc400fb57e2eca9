import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { verifyFile } from '../../src/evidence/verify-file.js';
import { VerifyPool, type VerifyPoolOptions } from '../../src/evidence/verify-pool.js';
import { fixture, fixtureJson, PROVENANCE, PUBLISH } from './fixtures.js';
import { encode, provenance } from './sigstore-instance.js';

const TYPE = 'application/vnd.in-toto+json';
const pools: VerifyPool[] = [];
vi.setConfig({ testTimeout: 120_000 });

/** A pool with limits that no machine reaches, but for those that a test is about. */
function startPool(options: VerifyPoolOptions = {}): VerifyPool {
  const pool = new VerifyPool({ itemLimitMs: 60_000, fileLimitMs: 90_000, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

/** Less than a heavy item takes on a fast machine, many times what any other item takes on a slow one. */
const HEAVY_LIMIT_MS = 2000;

/** An envelope of nearly 8 MiB with 16 signatures, to be tried with 64 keys: seconds of honest work. */
function heavyItem(): { line: string; keys: Buffer[] } {
  const statement = { ...provenance(), predicate: { padding: 'x'.repeat(5_900_000) } };
  const payload = Buffer.from(JSON.stringify(statement));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const sig = sign('sha256', encode(TYPE, payload), privateKey).toString('base64');
  const pem = () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    return Buffer.from(createPublicKey(pair.privateKey).export({ format: 'pem', type: 'spki' }));
  };
  const signatures = Array.from({ length: 16 }, () => ({ sig }));
  return {
    line: JSON.stringify({ payloadType: TYPE, payload: payload.toString('base64'), signatures }),
    keys: Array.from({ length: 64 }, pem),
  };
}

/** Awaits work; gives how long it took and the longest time the event loop did not turn, in milliseconds. */
async function watchLoop(work: () => Promise<unknown>): Promise<{ took: number; longestPause: number }> {
  let longestPause = 0;
  const start = performance.now();
  let last = start;
  const timer = setInterval(() => {
    const now = performance.now();
    longestPause = Math.max(longestPause, now - last);
    last = now;
  }, 5);
  await work();
  clearInterval(timer);
  const end = performance.now();
  return { took: end - start, longestPause: Math.max(longestPause, end - last) };
}

describe('the verification pool', () => {
  it('gives what verifyFile gives, with what the store keeps', async () => {
    const bytes = fixture(PROVENANCE);
    const [examined] = await startPool().verifyFile(bytes);
    expect(examined!.item).toEqual(verifyFile(bytes)[0]);
    expect(examined).toMatchObject({
      start: 0,
      end: bytes.length,
      sha256: 'd0a31f5be0f9b91fdc356a6dcf1a5b23ef4a817365c536d92bc7ad5617983972',
      signedAt: ['2023-04-18T17:45:12.000Z'],
      trustedRoot: 'sha256:6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66',
    });
  });

  it('verifies files at the same time, in any number', async () => {
    const pool = startPool({ workers: 2 });
    const files = Array.from({ length: 20 }, (_, index) => fixture(index % 2 === 0 ? PROVENANCE : PUBLISH));
    const results = await Promise.all(files.map((bytes) => pool.verifyFile(bytes)));
    expect(results.map(([examined]) => examined!.item.verdict)).toEqual(Array(20).fill('VERIFIED'));
  });

  it('an attestation that takes too long is UNVERIFIED, the others of the file are not spoilt', async () => {
    const { line, keys } = heavyItem();
    const good = JSON.stringify(fixtureJson(PROVENANCE));
    const pool = startPool({ itemLimitMs: HEAVY_LIMIT_MS });
    const file = Buffer.from([good, line, good].join('\n'));
    const results = await pool.verifyFile(file, { trustedKeys: keys });
    expect(results.map(({ item }) => item.reason ?? item.verdict)).toEqual([
      'VERIFIED',
      'VERIFICATION_TIMEOUT',
      'VERIFIED',
    ]);
    expect(results[1]!.item).toMatchObject({
      index: 1,
      format: 'dsse',
      verdict: 'UNVERIFIED',
      predicateType: 'https://slsa.dev/provenance/v1',
    });
    expect((await pool.verifyFile(fixture(PROVENANCE)))[0]!.item.verdict).toBe('VERIFIED');
  });

  it('a file may not take longer than its own limit', async () => {
    const { line, keys } = heavyItem();
    const pool = startPool({ fileLimitMs: HEAVY_LIMIT_MS });
    const results = await pool.verifyFile(
      Buffer.from(`${line}\n${JSON.stringify(fixtureJson(PROVENANCE))}`),
      { keys },
    );
    expect(results.map(({ item }) => item.reason)).toEqual(['VERIFICATION_TIMEOUT', 'VERIFICATION_TIMEOUT']);
  });

  it('the event loop keeps turning while a heavy attestation is verified', async () => {
    const { line, keys } = heavyItem();
    const pool = startPool({ itemLimitMs: HEAVY_LIMIT_MS });
    await pool.verifyFile(fixture(PROVENANCE));
    const { took, longestPause } = await watchLoop(() => pool.verifyFile(Buffer.from(line), { keys }));
    // On the caller's thread the pause would be as long as the work.
    expect(took).toBeGreaterThan(HEAVY_LIMIT_MS / 2);
    expect(longestPause).toBeLessThan(took / 4);
  });

  it('a worker that runs out of memory is replaced', async () => {
    const pool = startPool({ memoryMb: 48 });
    const line = JSON.stringify({ ...provenance(), predicate: { many: Array(60_000).fill([]) } });
    const [crashed] = await pool.verifyFile(Buffer.from(Array(40).fill(line).join('\n')));
    expect(crashed!.item).toMatchObject({ verdict: 'UNVERIFIED', reason: 'VERIFIER_CRASHED' });
    expect((await pool.verifyFile(fixture(PROVENANCE)))[0]!.item.verdict).toBe('VERIFIED');
  });

  it('unusable options are the caller’s error', async () => {
    const pool = startPool();
    const bytes = fixture(PROVENANCE);
    await expect(pool.verifyFile(bytes, { digest: 'x' })).rejects.toMatchObject({ code: 'BAD_DIGEST' });
    expect((await pool.verifyFile(bytes))[0]!.item.verdict).toBe('VERIFIED');
  });

  it('a full queue refuses, and a closed pool refuses what waits and what comes', async () => {
    const pool = startPool({ queueLimit: 1 });
    const bytes = fixture(PROVENANCE);
    const running = pool.verifyFile(bytes).catch((error: unknown) => error);
    const waiting = pool.verifyFile(bytes).catch((error: unknown) => error);
    await expect(pool.verifyFile(bytes)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    await pool.close();
    expect(await waiting).toMatchObject({ code: 'CLOSED' });
    expect(await running).toMatchObject({ code: 'CLOSED' });
    await expect(pool.verifyFile(bytes)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('takes at most 8 MiB', async () => {
    const [examined] = await startPool().verifyFile(Buffer.alloc(8 * 1024 * 1024 + 1));
    expect(examined!.item).toMatchObject({ verdict: 'INVALID', reason: 'TOO_LARGE' });
  });
});
