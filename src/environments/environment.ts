import { RollcallError, type Instant } from '../platform/index.js';

export const ENVIRONMENT_TYPES = ['KUBERNETES', 'ECS', 'SERVER', 'LAMBDA', 'CUSTOM'] as const;
export type EnvironmentType = (typeof ENVIRONMENT_TYPES)[number];
export type EnvironmentState = 'ACTIVE' | 'ARCHIVED';

/** The Environment used wherever none is named. */
export const DEFAULT_ENVIRONMENT = 'default';

/** Infrastructure that runs things. */
export interface Environment {
  id: string;
  name: string;
  type: EnvironmentType;
  description: string | null;
  state: EnvironmentState;
  builtIn: boolean;
  archivedAt: Instant | null;
  createdAt: Instant;
}

const DNS_1123 = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export const isEnvironmentName = (name: string): boolean => DNS_1123.test(name);

/** Throws INVALID_NAME unless the name is a DNS-1123 name. */
export function checkEnvironmentName(name: string): void {
  if (!isEnvironmentName(name))
    throw new RollcallError(
      'INVALID_NAME',
      'an Environment has 1 to 63 characters a-z, 0-9 and -, no - at either end',
      {
        field: ['name'],
      },
    );
}

export const MAX_DESCRIPTION = 2000;

export function checkDescription(description: string | null | undefined): void {
  if (description && ([...description].length > MAX_DESCRIPTION || description.includes('\0')))
    throw new RollcallError(
      'INVALID_INPUT',
      `a description has at most ${MAX_DESCRIPTION} characters and no NUL`,
      {
        field: ['description'],
      },
    );
}
