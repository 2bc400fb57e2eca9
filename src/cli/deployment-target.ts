import document from '../../graphql/operations/cli/find-deployments.graphql?raw';
import type { Deployment } from './api.js';
import { kindOption } from './artifact-options.js';
import type { Call, OptionSpecs } from './command.js';
import { CliFailure, usage } from './failure.js';
import type { Page } from './paging.js';
import { PLACE_OPTIONS, PRODUCTION_NOTE } from './record-options.js';

export const TARGET_ARGUMENT = {
  name: 'NAME',
  about: 'name or id (dep_…) of the deployment; or --deployment-name',
  optional: true,
} as const;

export const TARGET_OPTIONS = {
  ...PLACE_OPTIONS,
  'deployment-name': { type: 'string', value: 'NAME', about: 'name of the deployment' },
  kind: { type: 'string', value: 'KIND', about: 'needed when several kinds have this name' },
} as const satisfies OptionSpecs;

type TargetCall = Pick<Call, 'args' | 'print' | 'client'> & {
  flags: { [K in keyof typeof TARGET_OPTIONS]: string | undefined };
};

/** The id of the one deployment that argument and options name; Environment and logical environment have defaults. */
export async function deploymentId(call: TargetCall): Promise<string> {
  const { flags, args, print } = call;
  const [given] = args;
  if (given !== undefined && /^dep_[0-9A-Za-z]{26}$/.test(given)) return given;
  const name = given ?? flags['deployment-name'];
  if (name === undefined) throw usage('which deployment? Give its name');
  if (flags['logical-env'] === undefined) print.note(PRODUCTION_NOTE);
  const environment = flags.env ?? 'default';
  const logicalEnvironment = flags['logical-env'] ?? 'production';
  const filter = {
    names: [name],
    environments: [environment],
    logicalEnvironments: [logicalEnvironment],
    kinds: flags.kind === undefined ? undefined : [kindOption(flags.kind)],
  };
  const client = await call.client();
  const { deployments } = await client.execute<{ deployments: Page<Deployment> }>(document, {
    filter,
    first: 10,
  });
  const [found, ...others] = deployments.nodes;
  if (!found)
    throw new CliFailure(
      'DEPLOYMENT_NOT_FOUND',
      `no deployment ${name} in ${environment} / ${logicalEnvironment}`,
      {
        hint: `\`rollcall deployment list --history --deployment-name ${JSON.stringify(name)}\` shows where there is one`,
      },
    );
  if (others.length > 0)
    throw usage(
      `${name} exists with several kinds: ${[found, ...others].map(({ kind }) => kind).join(', ')}`,
      'add --kind',
    );
  return found.id;
}

/** A deployment that the server does not know, or does not show to this token. */
export const deploymentNotFound = (id: string): CliFailure =>
  new CliFailure('DEPLOYMENT_NOT_FOUND', `no deployment ${id}`);
