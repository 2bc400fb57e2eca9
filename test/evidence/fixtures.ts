import { readFileSync } from 'node:fs';

const FIXTURES = new URL('../fixtures/', import.meta.url);

/** Bytes of a file below test/fixtures. */
export function fixture(path: string): Buffer {
  return readFileSync(new URL(path, FIXTURES));
}

/** Parsed JSON of a file below test/fixtures. */
export function fixtureJson(path: string): any {
  return JSON.parse(fixture(path).toString('utf8'));
}

export function toBytes(json: unknown): Buffer {
  return Buffer.from(JSON.stringify(json));
}

export const PUBLIC_GOOD = 'attestations/roots/public-good.json';
export const PROVENANCE = 'attestations/files/sgo--bundle-provenance.json';
export const PROVENANCE_V03 = 'attestations/files/cli--sigstore-js-2.1.0-bundle.json';
export const PUBLISH = 'attestations/files/sgo--bundle-publish.json';
export const GCLOUD = 'attestations/files/sv--v1.0-gcloud-container-github-single.json';
export const CHAINLOOP = 'attestations/files/chainloop--full.json';
