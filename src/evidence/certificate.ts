import { X509Certificate } from '@sigstore/core';

/** The bytes are no certificate, or one whose identity or Fulcio extensions are not in their prescribed form. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

// Fulcio's arc; its register is docs/oid-info.md of sigstore/fulcio.
const FULCIO_ARC = '1.3.6.1.4.1.57264.1.';
const OTHER_NAME_OID = `${FULCIO_ARC}7`;
const SUBJECT_ALT_NAME_OID = '2.5.29.17';

/** Number behind Fulcio's arc → name. Up to 6 the value is the bare text, from 8 on a DER UTF8String. */
const EXTENSION_NAMES = {
  1: 'issuerV1',
  2: 'githubWorkflowTrigger',
  3: 'githubWorkflowSHA',
  4: 'githubWorkflowName',
  5: 'githubWorkflowRepository',
  6: 'githubWorkflowRef',
  8: 'issuerV2',
  9: 'buildSignerURI',
  10: 'buildSignerDigest',
  11: 'runnerEnvironment',
  12: 'sourceRepositoryURI',
  13: 'sourceRepositoryDigest',
  14: 'sourceRepositoryRef',
  15: 'sourceRepositoryIdentifier',
  16: 'sourceRepositoryOwnerURI',
  17: 'sourceRepositoryOwnerIdentifier',
  18: 'buildConfigURI',
  19: 'buildConfigDigest',
  20: 'buildTrigger',
  21: 'runInvocationURI',
  22: 'sourceRepositoryVisibilityAtSigning',
  23: 'deploymentEnvironment',
  24: 'tokenSubject',
} as const;

// Name of the workflow and of the deployment environment: what a repository calls them must not void a certificate.
const FREE_TEXT: ReadonlySet<number> = new Set([4, 23]);

type ExtensionName = Exclude<(typeof EXTENSION_NAMES)[keyof typeof EXTENSION_NAMES], 'issuerV1'>;

/** What a signing certificate says; null where it says nothing. True only as far as the certificate is trusted. */
export interface CertificateFacts extends Record<ExtensionName, string | null> {
  /** The subject alternative name: a URI, an email address, or Fulcio's other name. */
  identity: string | null;
  /** The OIDC issuer that vouched for the identity, not the certificate authority. */
  issuer: string | null;
  /** UTC, RFC 3339 with milliseconds. */
  notBefore: string;
  notAfter: string;
}

const MAX_DER_BYTES = 64 * 1024;
const MAX_TEXT_BYTES = 2048;
const TAG = { utf8String: 0x0c, otherName: 0, email: 1, uri: 6 } as const;

type Asn1 = X509Certificate['root'];

/**
 * Reads a certificate in DER (up to 64 kB) without verifying it. An extension that occurs twice, two names that could
 * both be the identity, and text that is not printable UTF-8 of at most 2 kB are refused; the name of a workflow or
 * deployment environment is null instead.
 * @throws CertificateError for everything that cannot be read.
 */
export function certificateFacts(der: Uint8Array): CertificateFacts {
  if (der.length > MAX_DER_BYTES) throw new CertificateError('the certificate is larger than 64 kB');
  try {
    return readFacts(X509Certificate.parse(Buffer.from(der)));
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    throw new CertificateError('the certificate cannot be read', { cause: error });
  }
}

function readFacts(certificate: X509Certificate): CertificateFacts {
  const values = new Map<string, Asn1>();
  for (const extension of certificate.extensions) {
    const oid = extension.subs[0]!.toOID();
    if (values.has(oid)) throw new CertificateError(`the extension ${oid} occurs twice`);
    values.set(oid, extension.subs.at(-1)!);
  }
  const texts = Object.fromEntries(
    Object.entries(EXTENSION_NAMES).map(([number, name]) => {
      const value = values.get(FULCIO_ARC + number);
      return [name, value === undefined ? null : extensionText(value, Number(number))];
    }),
  ) as Record<ExtensionName | 'issuerV1', string | null>;
  const { issuerV1, ...extensions } = texts;
  if (issuerV1 !== null && extensions.issuerV2 !== null && issuerV1 !== extensions.issuerV2) {
    throw new CertificateError('the certificate names two issuers');
  }
  return {
    identity: identityOf(values.get(SUBJECT_ALT_NAME_OID)),
    issuer: extensions.issuerV2 ?? issuerV1,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    ...extensions,
  };
}

function extensionText(value: Asn1, number: number): string | null {
  const inner = number <= 6 ? value : utf8String(value);
  return FREE_TEXT.has(number) && !isReadable(inner.value) ? null : textOf(inner);
}

/** The single UTF8String inside `wrapper`. */
function utf8String(wrapper: Asn1): Asn1 {
  const inner = wrapper.subs[0];
  if (inner === undefined || wrapper.subs.length !== 1 || inner.tag.toDER() !== TAG.utf8String) {
    throw new CertificateError('a Fulcio extension is no UTF8String');
  }
  return inner;
}

function identityOf(extension: Asn1 | undefined): string | null {
  const names = (extension?.subs[0]?.subs ?? []).flatMap((name) => {
    if (name.tag.isContextSpecific(TAG.uri) || name.tag.isContextSpecific(TAG.email))
      return [asciiText(name)];
    if (!name.tag.isContextSpecific(TAG.otherName) || name.subs[0]?.toOID() !== OTHER_NAME_OID) return [];
    return [textOf(utf8String(name.subs[1]!))];
  });
  if (names.length > 1) throw new CertificateError('the certificate names more than one identity');
  return names[0] ?? null;
}

// Decoding as ASCII by masking the high bit would let other bytes pass for the letters of a trusted identity.
function asciiText(value: Asn1): string | null {
  const text = textOf(value);
  if (text !== null && !/^[\x20-\x7e]*$/.test(text)) throw new CertificateError('an identity is not ASCII');
  return text;
}

function textOf({ value }: Asn1): string | null {
  if (!isReadable(value))
    throw new CertificateError('a text is longer than 2 kB or holds control characters');
  return value.length === 0 ? null : decoded(value);
}

const isReadable = (value: Buffer): boolean =>
  value.length <= MAX_TEXT_BYTES && !/\p{Cc}/u.test(decoded(value));

const decoded = (value: Buffer): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
