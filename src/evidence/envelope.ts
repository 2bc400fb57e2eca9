import { base64, isObject, list, optional, record, text } from './json-shape.js';
import { Refusal } from './reasons.js';
import { IN_TOTO_PAYLOAD_TYPE } from './statement.js';

export interface EnvelopeSignature {
  /** The signer's own name for its key: a hint, never proof. Null when absent or empty. */
  keyId: string | null;
  signature: Buffer;
  /** A PEM certificate travels with the signature (slsa-github-generator); it is not evaluated. */
  hasCertificate: boolean;
}

/** A DSSE envelope outside a Sigstore bundle. */
export interface Envelope {
  payloadType: string;
  payload: Buffer;
  signatures: EnvelopeSignature[];
}

const MAX_SIGNATURES = 16;

export const envelopeShape = record({
  payloadType: text,
  payload: base64,
  signatures: list(record({ sig: base64, keyid: optional(text), cert: optional(text) }), Infinity),
});

/** Decodes a DSSE envelope. Throws a `Refusal`: MALFORMED, PAYLOAD_TYPE, SIGNATURE_COUNT. */
export function toEnvelope(value: unknown): Envelope {
  if (!isObject(value) || !envelopeShape(value)) throw new Refusal('MALFORMED');
  const signatures = value.signatures as { sig: string; keyid?: string | null; cert?: string | null }[];
  if (signatures.length === 0 || signatures.length > MAX_SIGNATURES) throw new Refusal('SIGNATURE_COUNT');
  if (value.payloadType !== IN_TOTO_PAYLOAD_TYPE) throw new Refusal('PAYLOAD_TYPE');
  return {
    payloadType: value.payloadType,
    payload: Buffer.from(value.payload as string, 'base64'),
    signatures: signatures.map(({ sig, keyid, cert }) => ({
      keyId: keyid ? keyid : null,
      signature: Buffer.from(sig, 'base64'),
      hasCertificate: Boolean(cert),
    })),
  };
}
