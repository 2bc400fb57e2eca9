/** An instant as RFC 3339 in UTC with milliseconds: `2026-11-21T09:00:00.000Z`. Such texts compare as instants. */
export type Instant = string;

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Parses RFC 3339 with an offset; digits behind the millisecond are cut off. null when it is no instant. */
export function parseInstant(text: string): Instant | null {
  if (!RFC3339.test(text)) return null;
  const cut = text.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1');
  const time = new Date(cut);
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1 || time.getUTCFullYear() > 9998) return null;
  const day = Number(text.slice(8, 10));
  const local = new Date(`${cut.slice(0, 10)}T00:00:00Z`);
  return local.getUTCDate() === day ? time.toISOString() : null;
}

/** PostgreSQL's text of a timestamptz in a UTC session → Instant. */
export function instantFromPostgres(text: string): Instant {
  const dot = text.indexOf('.', 19);
  const fraction =
    dot < 0
      ? '000'
      : text
          .slice(dot + 1, text.indexOf('+', dot))
          .slice(0, 3)
          .padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

export const laterOf = (a: Instant | null, b: Instant): Instant => (a !== null && a > b ? a : b);

/** `seconds` may be negative. */
export const addSeconds = (at: Instant, seconds: number): Instant =>
  new Date(Date.parse(at) + seconds * 1000).toISOString();
