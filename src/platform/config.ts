import { resolve } from 'node:path';

export interface Setting {
  name: string;
  fallback: string | null;
  about: string;
}

/** Every variable the server reads. `docs/configuration.md` is printed from this list. */
export const SETTINGS = [
  {
    name: 'DATABASE_URL',
    fallback: null,
    about: 'PostgreSQL 15 or newer. Absent: an embedded PostgreSQL under the data folder.',
  },
  {
    name: 'ROLLCALL_DATA_DIR',
    fallback: '.rollcall',
    about: 'Folder of the embedded PostgreSQL. One server at a time.',
  },
  { name: 'ROLLCALL_HOST', fallback: '127.0.0.1', about: 'Address to listen on.' },
  { name: 'ROLLCALL_PORT', fallback: '4000', about: 'Port to listen on; 0 takes a free one.' },
  {
    name: 'ROLLCALL_PUBLIC_URL',
    fallback: null,
    about: 'The address under which clients reach this server. Absent: host and port.',
  },
  {
    name: 'ROLLCALL_MIGRATE',
    fallback: 'auto',
    about: '`auto` migrates on start, `check` refuses to start on an old schema, `off` does neither.',
  },
  { name: 'ROLLCALL_POOL_SIZE', fallback: '16', about: 'Connections to PostgreSQL a process may hold.' },
  { name: 'ROLLCALL_LOG_LEVEL', fallback: 'info', about: '`debug`, `info`, `warn`, `error` or `silent`.' },
  { name: 'ROLLCALL_BODY_LIMIT', fallback: '16777216', about: 'Largest request body in bytes.' },
  { name: 'ROLLCALL_VERIFY_WORKERS', fallback: '1', about: 'Threads that verify attestations.' },
  {
    name: 'ROLLCALL_CONFIG_DIR',
    fallback: null,
    about: 'Folder of the CLI contexts. The first start writes the admin token there (mode 0600).',
  },
  {
    name: 'ROLLCALL_BOOTSTRAP_TOKEN_FILE',
    fallback: null,
    about:
      'On the first start the admin token is written to this file (mode 0600) instead of a CLI context, for containers.',
  },
] as const satisfies readonly Setting[];

export interface Config {
  /** null = embedded PostgreSQL. */
  databaseUrl: string | null;
  dataDir: string;
  host: string;
  port: number;
  publicUrl: string | null;
  migrate: 'auto' | 'check' | 'off';
  poolSize: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  bodyLimit: number;
  verifyWorkers: number;
  bootstrapTokenFile: string | null;
}

/** A setting that cannot be used; the message names the variable and what it accepts. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the server's settings. The only reader of the environment beside the CLI. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const text = (name: (typeof SETTINGS)[number]['name']): string | null => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    return SETTINGS.find((setting) => setting.name === name)?.fallback ?? null;
  };
  const integer = (name: (typeof SETTINGS)[number]['name'], least: number, most: number): number => {
    const value = Number(text(name));
    if (!Number.isInteger(value) || value < least || value > most)
      throw new ConfigError(
        `${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text(name))}`,
      );
    return value;
  };
  const oneOf = <T extends string>(name: (typeof SETTINGS)[number]['name'], values: readonly T[]): T => {
    const value = text(name) as T;
    if (!values.includes(value))
      throw new ConfigError(`${name} must be one of ${values.join(', ')}, not ${JSON.stringify(value)}`);
    return value;
  };
  const databaseUrl = text('DATABASE_URL');
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new ConfigError('DATABASE_URL must begin with postgresql://');
  return {
    databaseUrl,
    dataDir: resolve(text('ROLLCALL_DATA_DIR') as string),
    host: text('ROLLCALL_HOST') as string,
    port: integer('ROLLCALL_PORT', 0, 65_535),
    publicUrl: text('ROLLCALL_PUBLIC_URL')?.replace(/\/+$/, '') ?? null,
    migrate: oneOf('ROLLCALL_MIGRATE', ['auto', 'check', 'off']),
    poolSize: integer('ROLLCALL_POOL_SIZE', 4, 500),
    logLevel: oneOf('ROLLCALL_LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent']),
    bodyLimit: integer('ROLLCALL_BODY_LIMIT', 65_536, 268_435_456),
    verifyWorkers: integer('ROLLCALL_VERIFY_WORKERS', 1, 64),
    bootstrapTokenFile: text('ROLLCALL_BOOTSTRAP_TOKEN_FILE'),
  };
}
