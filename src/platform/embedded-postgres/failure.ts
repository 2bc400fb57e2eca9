/** The embedded PostgreSQL cannot be started, reached or stopped. The message says why and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** Another process holds this data folder, so this one must not use it. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';

  /**
   * @param dataDir the folder both processes want
   * @param holder who has it, in words, for example `another Rollcall process (pid 123)`
   * @param pid the process id of the other Rollcall process; null when it is not known
   */
  constructor(
    readonly dataDir: string,
    holder: string,
    readonly pid: number | null,
  ) {
    super(
      `The data folder ${dataDir} is in use by ${holder}. Stop it, or choose another folder with ` +
        'ROLLCALL_DATA_DIR, or point both servers at one PostgreSQL with DATABASE_URL.',
    );
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system or PostgreSQL error (`ENOENT`, `57P03`); null when it has none. */
export function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}
