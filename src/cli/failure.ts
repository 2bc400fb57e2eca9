import { exitOf } from './exit-codes.js';

export interface FailureDetail {
  /** What to do about it, in one sentence. */
  hint?: string | null;
  requestId?: string | null;
  details?: Record<string, unknown> | null;
  cause?: unknown;
}

/** Why a command ends without having done what it was asked for. The exit code follows from the code. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exit: number;
  constructor(
    readonly code: string,
    message: string,
    readonly detail: FailureDetail = {},
  ) {
    super(message, { cause: detail.cause });
    this.exit = exitOf(code);
  }
}

/**
 * True for a CliFailure of any file of the bundle: the first file carries a copy of its own, so `instanceof` would
 * not know those of the files that are loaded on demand.
 */
export const isFailure = (error: unknown): error is CliFailure =>
  error instanceof Error && error.name === 'CliFailure';

/** A call that cannot be understood: exit 2. */
export const usage = (message: string, hint?: string): CliFailure =>
  new CliFailure('USAGE', message, { hint });

/** Two options that exclude or contradict each other; both are named: exit 2. */
export const conflict = (message: string, hint?: string): CliFailure =>
  new CliFailure('OPTION_CONFLICT', message, { hint });

export interface UserError {
  code: string;
  message: string;
  field: string[] | null;
  hint: string | null;
  details: Record<string, unknown> | null;
}

/** The failure for one refusal of a payload. */
export const refusalOf = (error: UserError): CliFailure =>
  new CliFailure(error.code, error.message, { hint: error.hint, details: error.details });

/** Throws the first refusal of a payload, if there is one; the others go into its message. */
export function refuse(errors: readonly UserError[]): void {
  const [first, ...rest] = errors;
  if (!first) return;
  const message = [first.message, ...rest.map((error) => `${error.message} (${error.code})`)].join('; ');
  throw refusalOf({ ...first, message });
}
