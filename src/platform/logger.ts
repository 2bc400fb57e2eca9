import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

export type { Logger };

const SECRETS = ['*.authorization', '*.token', '*.secret', '*.password'];

/** JSON lines on stderr. ERROR means that someone must act. */
export const createLogger = (level: string): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: SECRETS,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );

/** Nest's own start-up lines go to `debug`: they tell nothing an operator needs. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown) => logger.debug({ message }),
  debug: (message: unknown) => logger.debug({ message }),
  verbose: (message: unknown) => logger.debug({ message }),
  warn: (message: unknown) => logger.warn({ message }),
  error: (message: unknown, ...rest: unknown[]) => logger.error({ message, rest }),
  fatal: (message: unknown, ...rest: unknown[]) => logger.fatal({ message, rest }),
});
