import { RollcallError, type Instant } from '../platform/index.js';

export type LogicalEnvironmentState = 'ACTIVE' | 'DELETING' | 'DELETED';

/** The LogicalEnvironment used wherever none is named. */
export const DEFAULT_LOGICAL_ENVIRONMENT = 'production';
/** They exist from the start (H46). */
export const FIRST_LOGICAL_ENVIRONMENTS = ['development', 'staging', 'production'] as const;

/** A lifecycle stage. */
export interface LogicalEnvironment {
  id: string;
  name: string;
  description: string | null;
  attributes: Record<string, string>;
  state: LogicalEnvironmentState;
  createdAt: Instant;
}

/** 1 to 63 Unicode code points, any but U+0000 and lone surrogates, which PostgreSQL text cannot hold. */
export const isLogicalEnvironmentName = (name: string): boolean => {
  const length = [...name].length;
  return length >= 1 && length <= 63 && !name.includes('\0') && name.isWellFormed();
};

export function checkLogicalEnvironmentName(name: string): void {
  if (!isLogicalEnvironmentName(name))
    throw new RollcallError('INVALID_NAME', 'a LogicalEnvironment has 1 to 63 characters, none of them NUL', {
      field: ['name'],
    });
}

const MAX_ATTRIBUTES = 64;

/** Attributes are a map of text to text: at most 64, keys to 63 and values to 255 characters. */
export function checkAttributes(attributes: unknown): asserts attributes is Record<string, string> {
  const entries =
    attributes !== null && typeof attributes === 'object' && !Array.isArray(attributes)
      ? Object.entries(attributes)
      : null;
  const fits = entries?.every(
    ([key, value]) =>
      key.length >= 1 &&
      key.length <= 63 &&
      typeof value === 'string' &&
      value.length <= 255 &&
      !`${key}${value}`.includes('\0') &&
      `${key}${value}`.isWellFormed(),
  );
  if (!entries || !fits || entries.length > MAX_ATTRIBUTES)
    throw new RollcallError(
      'INVALID_INPUT',
      `attributes map text to text, at most ${MAX_ATTRIBUTES} of them`,
      {
        field: ['attributes'],
      },
    );
}
