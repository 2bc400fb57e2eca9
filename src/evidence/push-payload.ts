import { RollcallError } from '../platform/index.js';
import type { Attestation } from './attestation.js';
import type { PushedAttestation } from './push-attestation.js';

/** One result of a push as every door shows it; `show` puts a refusal into the door's form. */
export const pushPayload =
  <Shown>(show: (error: RollcallError) => Shown) =>
  ({ index, created, attestation, unreadable }: PushedAttestation & { attestation: Attestation | null }) => ({
    index,
    created,
    attestation,
    error: unreadable === null ? null : show(new RollcallError('INVALID_ATTESTATION', unreadable)),
  });
