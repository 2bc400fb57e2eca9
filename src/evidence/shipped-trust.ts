import { readFileSync } from 'node:fs';
import { loadTrustedKeys, type TrustedKey } from './trusted-keys.js';
import { loadTrustedRoot, type LoadedRoot, type Thresholds } from './trusted-root.js';

const LEVELS_UP = 5;

const files = new Map<string, Uint8Array>();

/** The trusted root of Sigstore's public-good instance, as shipped in `trusted-roots/`. */
export function publicGoodRoot(thresholds: Partial<Thresholds>): LoadedRoot {
  return loadTrustedRoot(shipped('public-good.json'), thresholds);
}

/** The npm registry's keys for attestations, as shipped in `trusted-roots/`. */
export function npmRegistryKeys(): TrustedKey[] {
  return loadTrustedKeys(shipped('npm-registry-keys.json'));
}

/** The folder stands at the root of the package, which is above this file in the sources and in every build. */
function shipped(name: string): Uint8Array {
  const known = files.get(name);
  if (known !== undefined) return known;
  let path = `../trusted-roots/${name}`;
  for (let level = 0; ; level += 1, path = `../${path}`) {
    try {
      const bytes = readFileSync(new URL(path, import.meta.url));
      files.set(name, bytes);
      return bytes;
    } catch (error) {
      if (level === LEVELS_UP) throw error;
    }
  }
}

/** What every organization trusts from the start. */
export const shippedTrust = (): { name: string; kind: 'SIGSTORE' | 'PUBLIC_KEYS'; content: string }[] => [
  {
    name: 'public-good',
    kind: 'SIGSTORE',
    content: Buffer.from(shipped('public-good.json')).toString('utf8'),
  },
  {
    name: 'npm-registry',
    kind: 'PUBLIC_KEYS',
    content: Buffer.from(shipped('npm-registry-keys.json')).toString('utf8'),
  },
];
