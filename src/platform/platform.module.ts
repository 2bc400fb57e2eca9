import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Config } from './config.js';
import { Database } from './database.js';
import { EventWaker } from './events.js';
import type { Logger } from './logger.js';

export const CONFIG = Symbol('CONFIG');
export const LOGGER = Symbol('LOGGER');

/** What every module may use: configuration, the database, the log. */
@Global()
@Module({})
export class PlatformModule {
  static with(parts: {
    config: Config;
    logger: Logger;
    database: Database;
    waker: EventWaker;
  }): DynamicModule {
    return {
      module: PlatformModule,
      providers: [
        { provide: CONFIG, useValue: parts.config },
        { provide: LOGGER, useValue: parts.logger },
        { provide: Database, useValue: parts.database },
        { provide: EventWaker, useValue: parts.waker },
      ],
      exports: [CONFIG, LOGGER, Database, EventWaker],
    };
  }
}
