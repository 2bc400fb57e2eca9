// Everything that can move the cursor, colour, reorder or hide text: controls, format characters (bidi marks, zero
// width), line and paragraph separators, lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const UNSAFE_IN_JSON = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

const escapeUnits = (text: string): string =>
  [...text]
    .flatMap((char) => Array.from({ length: char.length }, (_, i) => char.charCodeAt(i)))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');

/** Text from elsewhere, made safe to print: what could drive a terminal is shown as `\u001b`. */
export const safe = (text: string): string => text.replace(UNSAFE, escapeUnits);

/** As `safe`, but keeps line ends; for messages of several lines. */
export const safeLines = (text: string): string => text.split('\n').map(safe).join('\n');

/** JSON text with the same value, in which nothing can drive a terminal. */
export const safeJson = (json: string): string => json.replace(UNSAFE_IN_JSON, escapeUnits);

export const isUnsafe = (text: string): boolean => text.search(UNSAFE) >= 0;

const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

const charWidth = (char: string): number => (/\p{M}/u.test(char) ? 0 : WIDE.test(char) ? 2 : 1);

/** Columns a text takes on a terminal. */
export function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let sum = 0;
  for (const char of text) sum += charWidth(char);
  return sum;
}

/** Cuts a text to a number of terminal columns; `…` shows that something is missing. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let sum = 0;
  let kept = '';
  for (const char of text) {
    sum += charWidth(char);
    if (sum > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

const UNITS: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/** An instant as seen from now (ms since 1970): `3m ago`, `in 2h`. */
export function relativeTime(instant: string, now: number): string {
  const seconds = Math.round((now - Date.parse(instant)) / 1000);
  const size = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, length]) => size >= length) ?? ['s', 1];
  const span = `${Math.floor(size / length)}${unit}`;
  return seconds < 0 ? `in ${span}` : `${span} ago`;
}

/** `sha256:` and the first twelve digits. */
export const shortDigest = (digest: string): string =>
  digest.replace(/^(sha\d+:[0-9a-f]{12})[0-9a-f]+$/, '$1');
