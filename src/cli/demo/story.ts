// A small organization and its last month. The artifacts are real and attested (examples/attestations); where they run
// is invented.

export const ENVIRONMENTS = [
  { name: 'k8s-east', type: 'KUBERNETES', description: 'Kubernetes US-East' },
  { name: 'k8s-west', type: 'KUBERNETES', description: 'Kubernetes US-West' },
  { name: 'build-farm', type: 'SERVER', description: 'Machines that build' },
  { name: 'edge', type: 'LAMBDA', description: 'Functions near the users' },
] as const;

export const FILES = [
  { file: 'npm-sigstore-1.3.0.provenance.json', kind: 'FILE' },
  { file: 'npm-sigstore-1.3.0.publish.json', kind: 'FILE' },
  { file: 'npm-sigstore-2.1.0.provenance.json', kind: 'FILE' },
  { file: 'go-binary-v14.intoto.jsonl', kind: 'FILE' },
  { file: 'pypi-attestations-0.0.19.slsa.attestation', kind: 'FILE' },
  { file: 'python-wheel.sigstore.json', kind: 'FILE' },
  { file: 'container-image.gcloud.json', kind: 'CONTAINER_IMAGE' },
] as const;

const DIGESTS = {
  signer1:
    'sha512:76176ffa33808b54602c7c35de5c6e9a4deb96066dba6533f50ac234f4f1f4c6b3527515dc17c06fbe2860030f410eee69ea20079bd3a2c6f3dcf3b329b10751',
  signer2:
    'sha512:90f223f992e4c88dd068cd2a5fc57f9d2b30798343dd6e38f29c240e04ba090ef831f84490847c4e82b9232c78e8a258463b1e55c0f7469f730265008fa6633f',
  agent: 'sha256:f6ab7ad0c7549b5a4942c3b0690519d791c28c4c0f8b286208cb40da3322a066',
  checker: 'sha256:9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3',
  wheel: 'sha256:49a3aa6075e0f49f82843e74b5baa614ad2a588e6675612bf108a0a008c5ac25',
  image: 'sha256:7e9b6e7ba2842c91cf49f3e214d04a7a496f8214356f41d81a6e6dcad11f11e3',
} as const;

export const IMAGE_DIGEST = DIGESTS.image;
export const SIGNER_DIGEST = DIGESTS.signer2;

const IMAGE_REF = `us-central1-docker.pkg.dev/argo-local-khalk/khalk-docker-ar/prod-prov-image@${DIGESTS.image}`;

export interface Step {
  /** Days before now. */
  daysAgo: number;
  does: 'record' | 'decommission';
  digest: string;
}

export interface Story {
  environment: string;
  logicalEnvironment: string;
  name: string;
  kind: 'FILE' | 'CONTAINER_IMAGE';
  ociRef?: string;
  /** In order of time. A record of what already is active is a sign of life. */
  steps: readonly Step[];
}

const runs = (digest: string, ...daysAgo: number[]): Step[] =>
  daysAgo.map((days) => ({ daysAgo: days, does: 'record', digest }));
const ends = (digest: string, daysAgo: number): Step[] => [{ daysAgo, does: 'decommission', digest }];

const MINUTE = 1 / 1440;
const NOW = 2 * MINUTE;
const { signer1, signer2, agent, checker, wheel, image } = DIGESTS;

const signer = (environment: string, logicalEnvironment: string, steps: readonly Step[]): Story => ({
  environment,
  logicalEnvironment,
  name: 'signing/api',
  kind: 'FILE',
  steps,
});

export const STORIES: readonly Story[] = [
  signer('k8s-east', 'development', [...runs(signer1, 30, 29), ...runs(signer2, 20, 10, NOW)]),
  signer('k8s-east', 'staging', [...runs(signer1, 29, 25), ...runs(signer2, 18, 9, NOW)]),
  signer('k8s-east', 'production', [...runs(signer1, 28, 20), ...runs(signer2, 15, 6, NOW)]),
  // Still on the old version: promoted in the east, forgotten in the west.
  signer('k8s-west', 'production', runs(signer1, 27, 14, NOW)),
  {
    environment: 'k8s-east',
    logicalEnvironment: 'production',
    name: 'shop/web',
    kind: 'CONTAINER_IMAGE',
    ociRef: IMAGE_REF,
    steps: runs(image, 12, 5, NOW),
  },
  {
    environment: 'k8s-west',
    logicalEnvironment: 'staging',
    name: 'shop/web',
    kind: 'CONTAINER_IMAGE',
    ociRef: IMAGE_REF,
    steps: runs(image, 13, NOW),
  },
  {
    environment: 'build-farm',
    logicalEnvironment: 'production',
    name: 'build-agent',
    kind: 'FILE',
    steps: runs(agent, 26, 13, NOW),
  },
  // Gone silent: nobody has seen it for nine days.
  {
    environment: 'build-farm',
    logicalEnvironment: 'production',
    name: 'index-checker',
    kind: 'FILE',
    steps: runs(checker, 24, 9),
  },
  // Switched off after two weeks.
  {
    environment: 'edge',
    logicalEnvironment: 'production',
    name: 'greeter',
    kind: 'FILE',
    steps: [...runs(wheel, 23, 16), ...ends(wheel, 9)],
  },
  // Two reporters that disagree: it switches three times within a quarter of an hour.
  {
    environment: 'edge',
    logicalEnvironment: 'production',
    name: 'router',
    kind: 'FILE',
    steps: [
      ...runs(signer1, 3),
      ...runs(signer2, 3 - 4 * MINUTE),
      ...runs(signer1, 3 - 8 * MINUTE),
      ...runs(signer2, 3 - 12 * MINUTE, NOW),
    ],
  },
];

/** How many records the steps leave behind: one for each change of what is active. */
export function recordCount(steps: readonly Step[]): number {
  let count = 0;
  let active: string | null = null;
  for (const { does, digest } of steps) {
    if (does === 'record' && digest !== active) count += 1;
    active = does === 'record' ? digest : null;
  }
  return count;
}

/** The steps that are still to do when `count` records are there and the last one has (not) ended. */
export function stepsLeft(steps: readonly Step[], count: number, ended: boolean): readonly Step[] {
  if (count === 0) return steps;
  if (count < recordCount(steps)) {
    const first = steps.findIndex((_, i) => recordCount(steps.slice(0, i + 1)) > count);
    return steps.slice(first);
  }
  const last = steps.at(-1);
  return last?.does === 'decommission' && !ended ? [last] : [];
}
