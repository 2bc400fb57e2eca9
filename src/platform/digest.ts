const HEX_DIGITS: Record<string, number> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * The canonical form of an artifact digest: algorithm and full number of hex digits, lower case (H33).
 * null when the text is no such digest. Nothing else identifies an artifact.
 */
export function parseDigest(text: string): string | null {
  const colon = text.indexOf(':');
  const digits = HEX_DIGITS[text.slice(0, colon)];
  if (digits === undefined || text.length !== colon + 1 + digits) return null;
  const hex = text.slice(colon + 1);
  return /^[0-9a-fA-F]+$/.test(hex) ? `${text.slice(0, colon)}:${hex.toLowerCase()}` : null;
}
