import { hash, randomBytes } from 'node:crypto';

/** Every token begins so, so that secret scanners find it. */
export const TOKEN_PREFIX = 'rollcall_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARACTERS = 40;
const CHECK_CHARACTERS = 6;
const FORM = new RegExp(`^${TOKEN_PREFIX}[0-9A-Za-z]{${RANDOM_CHARACTERS + CHECK_CHARACTERS}}$`);

/** A new secret: prefix, 238 random bits, a checksum by which a scanner can tell it from chance. */
export function newToken(): string {
  let body = '';
  while (body.length < RANDOM_CHARACTERS)
    for (const byte of randomBytes(64))
      if (byte < 248 && body.length < RANDOM_CHARACTERS) body += ALPHABET[byte % 62];
  return TOKEN_PREFIX + body + checksum(body);
}

/** True when the text has the form of a token; says nothing of whether it is known. */
export const isTokenForm = (text: string): boolean => FORM.test(text);

/** What is stored. The secret has 238 random bits, so a fast hash is enough. */
export const hashToken = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/** What lists show of a token. */
export const shownPrefix = (secret: string): string => secret.slice(0, TOKEN_PREFIX.length + 6);

function checksum(body: string): string {
  let number = hash('sha256', body, 'buffer').readUInt32BE(0);
  let text = '';
  for (let i = 0; i < CHECK_CHARACTERS; i++, number = Math.floor(number / 62))
    text = ALPHABET[number % 62] + text;
  return text;
}
