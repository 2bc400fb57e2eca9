export { ConfigError, readConfig, SETTINGS, type Config } from './config.js';
export { Database, isRetryable, isUnavailable, type Queryable, type Tx } from './database.js';
export { parseDigest } from './digest.js';
export { ERRORS, RollcallError, type ErrorCode, type ErrorDetail, type ErrorRow } from './errors.js';
export { appendEvents, endOfLog, EventWaker, readEvents, type EventRow, type NewEvent } from './events.js';
export {
  claimKeys,
  forgetOldKeys,
  hashRequest,
  keyReused,
  releaseKeys,
  storeAnswers,
  type KeyedCall,
} from './idempotency.js';
export { idPrefix, newId, type IdPrefix } from './ids.js';
export { addSeconds, laterOf, parseInstant, type Instant } from './instant.js';
export { createLogger, nestLogger, type Logger } from './logger.js';
export {
  checkLists,
  DEFAULT_PAGE,
  MAX_PAGE,
  readPage,
  toPage,
  encodeCursor,
  decodeCursor,
  type Page,
  type PageArgs,
} from './pages.js';
export { CONFIG, LOGGER, PlatformModule } from './platform.module.js';
export { VERSION } from './version.js';
