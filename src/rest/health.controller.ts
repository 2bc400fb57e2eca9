import { Controller, Get, Inject } from '@nestjs/common';
import { Database, RollcallError } from '../platform/index.js';

/** The only answers without a token. */
@Controller()
export class HealthController {
  constructor(@Inject(Database) private readonly db: Database) {}

  /** The process lives. */
  @Get('healthz')
  live() {
    return { status: 'ok' };
  }

  /** The process can answer: the database does. */
  @Get('readyz')
  async ready() {
    try {
      await this.db.pool.query('select 1');
    } catch {
      throw new RollcallError('UNAVAILABLE', 'the database is not reachable');
    }
    return { status: 'ok' };
  }
}
