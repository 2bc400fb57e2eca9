import type { INestApplicationContext } from '@nestjs/common';
import { AccessService } from './access/index.js';
import { PlacesService } from './environments/index.js';
import { EvidenceService } from './evidence/index.js';
import { Database } from './platform/index.js';

const BOOTSTRAP_LOCK = 7_236_002;

/**
 * Makes the organization `default` with an all-powerful token when the database holds no organization yet; with
 * `newAdminToken` a further token for it. `keep` gets the secret before the commit, so that a crash never leaves a token
 * that nobody has.
 */
export async function bootstrap(
  app: INestApplicationContext,
  keep: (secret: string) => void,
  options: { newAdminToken?: boolean } = {},
): Promise<void> {
  const access = app.get(AccessService);
  await app.get(Database).transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [BOOTSTRAP_LOCK]);
    const organization = await access.firstOrganization(tx);
    if (organization === null) {
      const { organizationId, secret } = await access.createOrganization(tx, 'default');
      await app.get(PlacesService).seed(tx, organizationId);
      await app.get(EvidenceService).seed(tx, organizationId);
      keep(secret);
    } else if (options.newAdminToken) keep(await access.createAdminToken(tx, organization));
  });
}
