import type { Bundle } from '@sigstore/bundle';
import { toBundle } from './bundle.js';
import { blobBundleToBundleJson } from './cosign.js';
import { toEnvelope, type Envelope } from './envelope.js';
import { isObject, type JsonObject } from './json-shape.js';
import { reasonOf, Refusal, type ReasonCode } from './reasons.js';
import { parseStatement, toStatement, type Statement } from './statement.js';

/** How an attestation was wrapped. `unknown`: nothing recognisable was found. */
export type AttestationFormat =
  'sigstore-bundle' | 'dsse' | 'npm' | 'pypi' | 'gcloud' | 'cosign' | 'statement' | 'unknown';

/** What one attestation carries. At most one of `bundle` and `envelope` is set. */
export interface AttestationContent {
  format: AttestationFormat;
  bundle: Bundle | null;
  envelope: Envelope | null;
  /** The in-toto statement; null for a bundle that signs an artifact directly, or when it is unreadable. */
  statement: Statement | null;
  /** Why it cannot be verified at all; null when it can be tried. */
  refusal: ReasonCode | null;
}

const MAX_ITEMS = 1000;

/** An attestation of which nothing can be used but the reason. */
export function refused(format: AttestationFormat, refusal: ReasonCode): AttestationContent {
  return { format, bundle: null, envelope: null, statement: null, refusal };
}

/**
 * The attestations of one parsed JSON document: a single one, a registry's or a tool's list, or an array.
 * Never throws and never gives an empty list; a bad element is an item of its own.
 */
export function itemsOfDocument(document: unknown): AttestationContent[] {
  if (Array.isArray(document)) return each('unknown', document, itemOf);
  if (!isObject(document)) return [refused('unknown', 'UNKNOWN_FORMAT')];
  if (Array.isArray(document.attestations)) {
    // npm names each predicate type beside the bundle; GitHub's API uses the same list without it.
    return each('npm', document.attestations, (item) =>
      isObject(item) && typeof item.predicateType === 'string'
        ? bundleItem('npm', item.bundle)
        : itemOf(item),
    );
  }
  if (Array.isArray(document.attestation_bundles)) {
    const lists = document.attestation_bundles.map((bundle) =>
      isObject(bundle) ? bundle.attestations : null,
    );
    if (!lists.every(Array.isArray)) return [refused('pypi', 'MALFORMED')];
    return each('pypi', lists.flat(), pypiItem);
  }
  if ('provenance_summary' in document) {
    const list = isObject(document.provenance_summary) ? document.provenance_summary.provenance : null;
    return Array.isArray(list) ? each('gcloud', list, gcloudItem) : [refused('gcloud', 'NO_ATTESTATIONS')];
  }
  return [itemOf(document)];
}

function each(
  format: AttestationFormat,
  list: unknown[],
  read: (value: unknown) => AttestationContent,
): AttestationContent[] {
  if (list.length === 0) return [refused(format, 'NO_ATTESTATIONS')];
  if (list.length > MAX_ITEMS) return [refused(format, 'TOO_MANY_ATTESTATIONS')];
  return list.map(read);
}

function itemOf(value: unknown): AttestationContent {
  if (!isObject(value)) return refused('unknown', 'UNKNOWN_FORMAT');
  if ('verificationMaterial' in value || isBundleType(value.mediaType))
    return bundleItem('sigstore-bundle', value);
  if ('verification_material' in value) return pypiItem(value);
  if ('payload' in value && 'signatures' in value) return envelopeItem('dsse', value);
  if ('base64Signature' in value) return cosignItem(value);
  if ('_type' in value && 'predicateType' in value) return statementItem(value);
  if (isObject(value.bundle)) return bundleItem('sigstore-bundle', value.bundle);
  return refused('unknown', 'UNKNOWN_FORMAT');
}

function isBundleType(mediaType: unknown): boolean {
  return typeof mediaType === 'string' && mediaType.startsWith('application/vnd.dev.sigstore.bundle');
}

/** Reads a Sigstore bundle; the statement comes from the signed payload only. */
export function bundleItem(format: AttestationFormat, json: unknown): AttestationContent {
  try {
    const bundle = toBundle(json);
    if (bundle.content.$case === 'messageSignature') {
      return { format, bundle, envelope: null, statement: null, refusal: null };
    }
    return { format, bundle, envelope: null, ...readPayload(bundle.content.dsseEnvelope.payload) };
  } catch (error) {
    return refused(format, reasonOf(error));
  }
}

function envelopeItem(format: AttestationFormat, json: unknown): AttestationContent {
  try {
    const envelope = toEnvelope(json);
    return { format, bundle: null, envelope, ...readPayload(envelope.payload) };
  } catch (error) {
    return refused(format, reasonOf(error));
  }
}

function readPayload(payload: Uint8Array): Pick<AttestationContent, 'statement' | 'refusal'> {
  try {
    return { statement: parseStatement(payload), refusal: null };
  } catch (error) {
    return { statement: null, refusal: reasonOf(error) };
  }
}

function statementItem(value: JsonObject): AttestationContent {
  try {
    return { ...refused('statement', 'UNSIGNED'), statement: toStatement(value) };
  } catch (error) {
    return refused('statement', reasonOf(error));
  }
}

function cosignItem(value: JsonObject): AttestationContent {
  try {
    return bundleItem('cosign', blobBundleToBundleJson(value));
  } catch (error) {
    return refused('cosign', reasonOf(error));
  }
}

/** PEP 740: the same material under other names. */
function pypiItem(value: unknown): AttestationContent {
  if (!isObject(value) || value.version !== 1) return refused('pypi', 'MALFORMED');
  const { verification_material: material, envelope } = value;
  if (!isObject(material) || !isObject(envelope)) return refused('pypi', 'MALFORMED');
  return bundleItem('pypi', {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: material.certificate },
      tlogEntries: material.transparency_entries,
    },
    dsseEnvelope: {
      payloadType: 'application/vnd.in-toto+json',
      payload: envelope.statement,
      signatures: [{ sig: envelope.signature }],
    },
  });
}

/** `gcloud … --show-provenance`: the envelope is what was signed; the readable copy beside it is hearsay. */
function gcloudItem(value: unknown): AttestationContent {
  if (!isObject(value)) return refused('gcloud', 'MALFORMED');
  if (isObject(value.envelope)) return envelopeItem('gcloud', value.envelope);
  const build = isObject(value.build) ? value.build : {};
  const copy = build.inTotoSlsaProvenanceV1 ?? build.intotoStatement;
  try {
    return { ...refused('gcloud', 'UNSIGNED'), statement: toStatement(copy) };
  } catch (error) {
    // The older readable copy is not in the shape of a statement; it stays an unsigned attestation.
    if (error instanceof Refusal) return refused('gcloud', 'UNSIGNED');
    throw error;
  }
}
