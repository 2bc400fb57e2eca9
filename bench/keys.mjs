// What the load names: 10,000 Deployments, each with its own artifact, and spare artifacts for the changes.
// seed.sql and the pgbench scripts build the same names.

export const DEPLOYMENTS = 10_000;
/** Deployments 1 to HEARTBEATS only get heartbeats; the others only change. */
export const HEARTBEATS = 9_500;
export const SPARE_ARTIFACTS = 60_000;
export const CHANGE_SHARE = 0.05;
export const KIND = 'CONTAINER_IMAGE';

const BASE = 1_000_000_000_000_000;
const SPREAD = 79_999_999_921;

/** A digest whose leading digits are spread, so that neighbours do not stand side by side in the index. */
export const digestOf = (artifact) => `sha256:${String(BASE + artifact * SPREAD).repeat(4)}`;

/** What names Deployment `i`, from 1. */
export const placeOf = (i) => ({
  environment: `env-${i % 5}`,
  logicalEnvironment: `stage-${i % 20}`,
  name: `service-${i}`,
  kind: KIND,
});

/** The next call of the mix: which Deployment, and the number of the artifact that runs there now. */
export function nextCall() {
  if (Math.random() >= CHANGE_SHARE) {
    const i = 1 + Math.floor(Math.random() * HEARTBEATS);
    return { deployment: i, artifact: i };
  }
  return {
    deployment: HEARTBEATS + 1 + Math.floor(Math.random() * (DEPLOYMENTS - HEARTBEATS)),
    artifact: DEPLOYMENTS + 1 + Math.floor(Math.random() * SPARE_ARTIFACTS),
  };
}
