import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBoundedJson } from '../../src/evidence/bounded-json.js';

const parse = (text: string) => parseBoundedJson(Buffer.from(text));
const refuses = (input: string | Uint8Array, code: string) =>
  expect(() => parseBoundedJson(Buffer.from(input))).toThrow(expect.objectContaining({ code }));

/** The CPU time of some work in microseconds. Other processes hardly change it, whatever the clock says. */
function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

describe('bounded JSON', () => {
  it('gives what JSON.parse gives, for any JSON', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        if (text.includes('"__proto__"')) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and nothing but a refusal is thrown for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parseBoundedJson(bytes);
        } catch (error) {
          expect(error).toHaveProperty('code');
        }
      }),
    );
    for (const text of [
      '',
      '{',
      '[1,]',
      '{"a":1,}',
      "{'a':1}",
      '1 2',
      '}',
      '"\n"',
      '"\\x"',
      'NaN',
      '\ufeff{}',
    ]) {
      refuses(text, 'BAD_JSON');
    }
  });

  it('refuses 10 000 levels at once, and the 65th level', () => {
    const spent = cpuTime(() => {
      refuses('['.repeat(10_000) + ']'.repeat(10_000), 'TOO_DEEP');
      refuses('{"a":'.repeat(10_000), 'TOO_DEEP');
    });
    expect(spent).toBeLessThan(100_000);
    refuses('['.repeat(65) + ']'.repeat(65), 'TOO_DEEP');
    expect(parse('['.repeat(64) + ']'.repeat(64))).toBeInstanceOf(Array);
  });

  it('refuses more than 8 MiB and more than 200 000 values', () => {
    refuses(Buffer.alloc(8 * 1024 * 1024 + 1, 0x20), 'TOO_LARGE');
    refuses(`[${'1,'.repeat(200_000)}1]`, 'TOO_MANY_NODES');
    refuses(`[${'[],'.repeat(200_000)}1]`, 'TOO_MANY_NODES');
    expect(parse(`[${'1,'.repeat(199_998)}1]`)).toHaveLength(199_999);
  });

  it('refuses a key that occurs twice in an object, also when one is escaped', () => {
    refuses('{"a":1,"a":2}', 'DUPLICATE_KEY');
    refuses('{"a":1,"\\u0061":2}', 'DUPLICATE_KEY');
    refuses('{"x":[{"a":{},"b":[1,"a"],"a":2}]}', 'DUPLICATE_KEY');
    expect(parse('{"a":{"a":["a","a"]},"b":{"a":1}}')).toEqual({ a: { a: ['a', 'a'] }, b: { a: 1 } });
  });

  it('refuses __proto__ as a key, also when escaped', () => {
    refuses('{"__proto__":{"admin":true}}', 'FORBIDDEN_KEY');
    refuses('{"\\u005f_proto__":{"admin":true}}', 'FORBIDDEN_KEY');
  });

  it('refuses bytes that are not UTF-8', () => {
    refuses(Uint8Array.of(0x22, 0xff, 0x22), 'BAD_UTF8');
    refuses(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'BAD_UTF8');
    refuses(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 'BAD_UTF8');
  });

  it('reads 8 MiB in linear time', () => {
    const keys = (count: number) =>
      Array.from({ length: count }, (_, key) => `"${String(key).padStart(35, 'k')}":1`).join(',');
    const shapes: ((eighths: number) => string)[] = [
      (eighths) => `"${'x'.repeat(eighths * 1024 * 1024 - 2)}"`,
      (eighths) => `"${'\\"'.repeat(eighths * 512 * 1024 - 1)}"`,
      (eighths) => `{${keys(eighths * 23_750)}}`,
    ];
    const best = (bytes: Buffer, times: number): number =>
      Math.min(
        ...Array.from({ length: 5 }, () =>
          cpuTime(() => {
            for (let i = 0; i < times; i++) parseBoundedJson(bytes);
          }),
        ),
      );
    for (const shape of shapes) {
      // 1 MiB is read eight times, so that both are long enough to be measured. Quadratic time gives 64.
      const one = best(Buffer.from(shape(1)), 8) / 8;
      const eight = best(Buffer.from(shape(8)), 1);
      expect(eight / one).toBeLessThan(16);
    }
  });
});
