import type { Actor } from '../../src/access/index.js';
import type { Registry } from '../../src/embed.js';
import type { Letter } from './histories.js';

const manifest = (content: object): Uint8Array =>
  Buffer.from(JSON.stringify({ schemaVersion: 2, ...content }));

const image = (name: string): Uint8Array =>
  manifest({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: [],
    annotations: { name },
  });

/** Registers the artifacts of the histories, and lets them be recorded without attestations. */
export async function registerImages(registry: Registry, actor: Actor): Promise<Record<Letter, string>> {
  await registry.services.access.updateOrganization(actor, { requireAttestation: false });
  const register = async (bytes: Uint8Array): Promise<string> => {
    const input = { manifest: bytes, kind: null, ociRef: null, name: null, version: null };
    return (await registry.services.artifacts.registerManifest(actor, input)).digest;
  };
  const [A, B, C, X1, X2] = (await Promise.all(
    ['A', 'B', 'C', 'X1', 'X2'].map((name) => register(image(name))),
  )) as [string, string, string, string, string];
  const platform = (digest: string, architecture: string) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    platform: { os: 'linux', architecture },
  });
  const X = await register(
    manifest({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [platform(X1, 'amd64'), platform(X2, 'arm64')],
    }),
  );
  return { A, B, C, X, X1, X2 };
}
