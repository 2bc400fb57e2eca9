import { artifactOptions, enumValue, kindOption } from './artifact-options.js';
import type { Call, OptionSpecs } from './command.js';
import { instantOption } from './duration.js';
import { CliFailure, conflict, usage } from './failure.js';
import type { RecordInput } from './record.js';

export const PLACE_OPTIONS = {
  env: { type: 'string', short: 'e', value: 'NAME', about: 'the Environment (infrastructure), `default`' },
  'logical-env': { type: 'string', value: 'NAME', about: 'the logical environment (stage), `production`' },
} as const satisfies OptionSpecs;

export const RECORD_OPTIONS = {
  ...PLACE_OPTIONS,
  'deployment-name': { type: 'string', value: 'NAME', about: 'name of the deployment, for example shop/web' },
  kind: {
    type: 'string',
    value: 'KIND',
    about: 'CONTAINER_IMAGE, HELM_CHART, OCI_ARTIFACT or FILE, in any case',
  },
  'oci-ref': {
    type: 'string',
    value: 'REF',
    about: 'the artifact by reference: registry/repository[:tag]@sha256:…',
    here: true,
  },
  digest: {
    type: 'string',
    value: 'DIGEST',
    about: 'the artifact by digest: sha256:…; a reference by tag needs it too',
    here: true,
  },
  'observed-at': {
    type: 'string',
    value: 'TIME',
    about: 'when it was seen: RFC 3339, or 2h for two hours ago; now',
  },
  'idempotency-key': {
    type: 'string',
    value: 'KEY',
    about: 'a repeated call with the same key answers as the first did; filled in within CI',
    here: true,
  },
} as const satisfies OptionSpecs;

type RecordFlags = { [K in keyof typeof RECORD_OPTIONS]: string | undefined } & { mode?: string | undefined };

/** What `--status` asks for; SUPERSEDED is only ever derived (H39, G19). */
export function statusOption(text: string | undefined): 'DEPLOYED' | 'DECOMMISSIONED' {
  const status = enumValue(text ?? 'deployed');
  if (status === 'DEPLOYED' || status === 'DECOMMISSIONED') return status;
  throw new CliFailure('INVALID_STATUS', `--status is neither deployed nor decommissioned: ${text}`, {
    hint: status === 'SUPERSEDED' ? 'a record becomes superseded when the next one is recorded' : null,
  });
}

/** RECORD or HEARTBEAT; undefined leaves it to the server, which takes RECORD. */
export function modeOption(text: string | undefined): 'RECORD' | 'HEARTBEAT' | undefined {
  if (text === undefined) return undefined;
  const mode = enumValue(text);
  if (mode === 'RECORD' || mode === 'HEARTBEAT') return mode;
  throw usage(`--mode is neither record nor heartbeat: ${text}`);
}

export const PRODUCTION_NOTE = 'Logical environment: production (default)';

/** New for every call of the command, the same for its retries: an answer that was lost never undoes what came since. */
const callKey = (): string =>
  `${process.pid}.${process.hrtime.bigint()}.${Date.now()}.${Math.random().toString(36).slice(2)}`;

/** The input of one record from its options; says so on stderr when the logical environment is the default one. */
export function recordInput(
  call: Pick<Call, 'io' | 'print'>,
  flags: RecordFlags,
  status: string,
): RecordInput {
  const name = flags['deployment-name'];
  if (name === undefined) throw usage('--deployment-name is missing');
  if (flags.kind === undefined)
    throw usage('--kind is missing', 'CONTAINER_IMAGE, HELM_CHART, OCI_ARTIFACT or FILE');
  const kind = kindOption(flags.kind);
  const artifact = artifactOptions({ ociRef: flags['oci-ref'], digest: flags.digest });
  const observedAt = instantOption('observed-at', flags['observed-at'], call.io.now());
  const mode = modeOption(flags.mode);
  if (mode === 'HEARTBEAT' && status === 'DECOMMISSIONED')
    throw conflict('--mode heartbeat and --status decommissioned exclude each other');
  if (flags['logical-env'] === undefined) call.print.note(PRODUCTION_NOTE);
  // A heartbeat repeats by nature: an answer from memory would not refresh anything.
  const key = flags['idempotency-key'] ?? (mode === 'HEARTBEAT' ? undefined : callKey());
  return {
    environment: flags.env,
    logicalEnvironment: flags['logical-env'],
    name,
    kind,
    ...artifact,
    observedAt,
    mode,
    idempotencyKey: key,
  };
}
