import type { Environment, LogicalEnvironment } from './api.js';
import { usage } from './failure.js';
import type { Column } from './output.js';

export const ENVIRONMENT_TYPES = ['KUBERNETES', 'ECS', 'SERVER', 'LAMBDA', 'CUSTOM'] as const;

export const NAME_ARGUMENT = { name: 'NAME', about: 'its name; or --name', optional: true } as const;

export const NAME_OPTION = {
  name: { type: 'string', value: 'NAME', about: 'its name', here: true },
} as const;

/** The name given as argument or as `--name`. */
export function nameOf(args: readonly string[], flags: { name: string | undefined }): string {
  const [given] = args;
  if (given !== undefined && flags.name !== undefined && given !== flags.name)
    throw usage(`two names are given: ${given} and ${flags.name}`);
  const name = given ?? flags.name;
  if (name === undefined) throw usage('the name is missing', 'write --name NAME');
  return name;
}

export const environmentColumns: Column<Environment>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'TYPE', value: ({ type }) => type },
  { title: 'STATE', value: ({ state }) => state, as: 'status' },
  { title: 'ACTIVE', value: ({ activeCount }) => activeCount },
  { title: 'DESCRIPTION', value: ({ description }) => description },
  { title: 'CREATED', value: ({ createdAt }) => createdAt, as: 'instant', wide: true },
  { title: 'ARCHIVED', value: ({ archivedAt }) => archivedAt, as: 'instant', wide: true },
  { title: 'ID', value: ({ id }) => id, as: 'id', wide: true },
];

export const environmentFields: Column<Environment>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Type', value: ({ type }) => type },
  { title: 'Description', value: ({ description }) => description },
  { title: 'State', value: ({ state }) => state, as: 'status' },
  { title: 'Built in', value: ({ builtIn }) => (builtIn ? 'yes' : null) },
  { title: 'Active deployments', value: ({ activeCount }) => activeCount },
  { title: 'Created', value: ({ createdAt }) => createdAt, as: 'instant' },
  { title: 'Archived', value: ({ archivedAt }) => archivedAt, as: 'instant' },
  { title: 'Id', value: ({ id }) => id },
];

const attributesText = (attributes: Record<string, string>): string =>
  Object.entries(attributes)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');

export const logicalEnvironmentColumns: Column<LogicalEnvironment>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'STATE', value: ({ state }) => state, as: 'status' },
  { title: 'ACTIVE', value: ({ activeCount }) => activeCount },
  { title: 'ATTRIBUTES', value: ({ attributes }) => attributesText(attributes) },
  { title: 'DESCRIPTION', value: ({ description }) => description },
  { title: 'CREATED', value: ({ createdAt }) => createdAt, as: 'instant', wide: true },
  { title: 'ID', value: ({ id }) => id, as: 'id', wide: true },
];

export const logicalEnvironmentFields: Column<LogicalEnvironment>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Description', value: ({ description }) => description },
  { title: 'Attributes', value: ({ attributes }) => attributesText(attributes) || null },
  { title: 'State', value: ({ state }) => state, as: 'status' },
  { title: 'Active deployments', value: ({ activeCount }) => activeCount },
  { title: 'Created', value: ({ createdAt }) => createdAt, as: 'instant' },
  { title: 'Id', value: ({ id }) => id },
];

/** `--attribute key=value` → {key: value}; undefined when none is given. */
export function attributesOption(pairs: readonly string[]): Record<string, string> | undefined {
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usage(`--attribute is not key=value: ${pair}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
