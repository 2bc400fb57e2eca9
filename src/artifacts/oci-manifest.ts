import { createHash } from 'node:crypto';
import { parseDigest } from '../platform/index.js';
import type { ArtifactKind } from './artifact.js';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const HELM_CONFIG = 'application/vnd.cncf.helm.config.v1+json';
const IMAGE_CONFIGS = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_PLATFORMS = 256;

export interface OciManifest {
  /** sha256 of the bytes: what a registry calls it. */
  digest: string;
  /** What the media types say; null = they do not. */
  kind: ArtifactKind | null;
  /** Platform manifests of an index, attestation manifests left out; empty for a single manifest. */
  platforms: { digest: string; platform: string | null; sizeBytes: number | null }[];
}

/** Reads the bytes of an OCI manifest or index (G17). null when they are neither. */
export function parseOciManifest(bytes: Uint8Array): OciManifest | null {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) return null;
  const json = parseObject(bytes);
  if (json === null) return null;
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const mediaType = String(json['mediaType'] ?? '');
  if (INDEX_TYPES.includes(mediaType) || (mediaType === '' && Array.isArray(json['manifests']))) {
    const entries = Array.isArray(json['manifests']) ? (json['manifests'] as unknown[]) : null;
    if (entries === null || entries.length > MAX_PLATFORMS) return null;
    const platforms = entries.map(platformOf);
    if (platforms.includes(null)) return null;
    return {
      digest,
      kind: 'CONTAINER_IMAGE',
      platforms: platforms.filter(
        (entry) => entry !== null && entry !== 'attestation',
      ) as OciManifest['platforms'],
    };
  }
  if (!MANIFEST_TYPES.includes(mediaType) && !(mediaType === '' && Array.isArray(json['layers'])))
    return null;
  return { digest, kind: kindOf(json), platforms: [] };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return json !== null && typeof json === 'object' && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function kindOf(manifest: Record<string, unknown>): ArtifactKind | null {
  const config = manifest['config'] as { mediaType?: unknown } | undefined;
  if (config?.mediaType === HELM_CONFIG) return 'HELM_CHART';
  if (typeof config?.mediaType === 'string' && IMAGE_CONFIGS.includes(config.mediaType))
    return 'CONTAINER_IMAGE';
  return 'OCI_ARTIFACT';
}

function platformOf(entry: unknown): OciManifest['platforms'][number] | 'attestation' | null {
  if (entry === null || typeof entry !== 'object') return null;
  const { digest, platform, size, annotations } = entry as Record<string, unknown>;
  const parsed = typeof digest === 'string' ? parseDigest(digest) : null;
  if (parsed === null) return null;
  if (
    (annotations as Record<string, unknown> | undefined)?.['vnd.docker.reference.type'] ===
    'attestation-manifest'
  )
    return 'attestation';
  const { os, architecture, variant } = (platform ?? {}) as Record<string, unknown>;
  const parts = [os, architecture, variant].filter(
    (part) => typeof part === 'string' && /^[\w.-]{1,64}$/.test(part),
  );
  return {
    digest: parsed,
    platform: parts.length >= 2 ? parts.join('/') : null,
    sizeBytes: Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : null,
  };
}
