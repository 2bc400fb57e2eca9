import type { INestApplicationContext } from '@nestjs/common';
import { AccessService } from './access/index.js';
import { PlacesService } from './environments/index.js';
import { EvidenceService } from './evidence/index.js';
import { Database } from './platform/index.js';

const BOOTSTRAP_LOCK = 7_236_002;

/**
 * Makes the organization `default` with an all-powerful token when the database holds no organization yet. `keep` gets
 * the secret before the commit, so that a crash never leaves a token that nobody has. Answers whether it made one.
 */
export async function bootstrap(app: INestApplicationContext, keep: (secret: string) => Promise<void>): Promise<boolean> {
  return app.get(Database).transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [BOOTSTRAP_LOCK]);
    if ((await tx.query('select from organization limit 1')).rowCount !== 0) return false;
    const { organizationId, secret } = await app.get(AccessService).createOrganization(tx, 'default');
    await app.get(PlacesService).seed(tx, organizationId);
    await app.get(EvidenceService).seed(tx, organizationId);
    await keep(secret);
    return true;
  });
}
