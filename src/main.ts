import { writeFileSync } from 'node:fs';
import { contextsFile, defaultConfigDir, readContexts, writeContext } from './cli/contexts.js';
import { bootstrap } from './bootstrap.js';
import { closeApp, createApp } from './create-app.js';
import {
  createLogger,
  Database,
  forgetOldKeys,
  readConfig,
  VERSION,
  type Config,
  type Logger,
} from './platform/index.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/embedded-postgres.js';
import { checkSchema, migrate } from './platform/migrate.js';

const KEY_SWEEP_MS = 3_600_000;
const DRAIN_MS = 20_000;
/** What examples/attestations/python-wheel.sigstore.json attests. */
const EXAMPLE_DIGEST = 'sha256:49a3aa6075e0f49f82843e74b5baa614ad2a588e6675612bf108a0a008c5ac25';
const say = (line = ''): void => void process.stdout.write(`${line}\n`);

export interface RunOptions {
  /** Make a further admin token, for who has lost the first. */
  newAdminToken?: boolean;
}

/** Runs the server until SIGINT or SIGTERM: configuration, database, migrations, application, listen, drain. */
export async function runServer(options: RunOptions = {}): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  const postgres = await openPostgres(config, logger);
  const stops: (() => Promise<unknown>)[] = [async () => postgres.stop()];
  try {
    await bringUpSchema(config, postgres.url);
    const app = await createApp(config, logger, { connectionString: postgres.url });
    stops.unshift(() => closeApp(app));
    await app.init();
    await app.listen(config.port, config.host);
    const url = config.publicUrl ?? (await app.getUrl()).replace('[::1]', 'localhost');
    const kept = await keepToken(app, config, url, options);
    const sweep = setInterval(
      () => void forgetOldKeys(app.get(Database).pool as never).catch(() => {}),
      KEY_SWEEP_MS,
    );
    sweep.unref();
    announce(url, postgres, kept);
    await untilSignal(logger);
    clearInterval(sweep);
    say('\nStopping …');
    forceExitLater(logger);
  } finally {
    for (const stop of stops)
      await stop().catch((error: unknown) => logger.error({ err: error }, 'could not stop cleanly'));
  }
}

interface Postgres {
  url: string;
  what: string;
  stop: () => Promise<void>;
}

async function openPostgres(config: Config, logger: Logger): Promise<Postgres> {
  if (config.databaseUrl !== null)
    return { url: config.databaseUrl, what: 'PostgreSQL of DATABASE_URL', stop: async () => {} };
  const embedded: EmbeddedPostgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (line) => logger.info({ 'postgres.message': line }),
  });
  return {
    url: embedded.url,
    what: `embedded PostgreSQL ${embedded.version} in ${config.dataDir}`,
    stop: () => embedded.stop(),
  };
}

async function bringUpSchema(config: Config, url: string): Promise<void> {
  if (config.migrate === 'auto') await migrate(url);
  if (config.migrate === 'check') await checkSchema(url);
}

interface KeptToken {
  secret: string;
  where: string;
}

async function keepToken(
  app: Parameters<typeof bootstrap>[0],
  config: Config,
  url: string,
  options: RunOptions,
): Promise<KeptToken | null> {
  let kept: KeptToken | null = null;
  await bootstrap(app, (secret) => (kept = { secret, where: storeToken(config, url, secret) }), options);
  return kept;
}

/** Where the CLI of this machine finds the token; only its owner can read it. A context of another server stays. */
function storeToken(config: Config, url: string, token: string): string {
  if (config.bootstrapTokenFile !== null) {
    writeFileSync(config.bootstrapTokenFile, `${token}\n`, { mode: 0o600 });
    return config.bootstrapTokenFile;
  }
  const dir = defaultConfigDir();
  const { byName } = readContexts(dir);
  const isFree = (name: string): boolean => !byName.has(name) || byName.get(name)?.url === url;
  const name = ['default', 'local'].find(isFree) ?? `local-${Date.now()}`;
  writeContext(dir, { name, url, token }, { use: true });
  return `context ${name} of ${contextsFile(dir)}`;
}

function announce(url: string, postgres: Postgres, kept: KeptToken | null): void {
  say(`Rollcall ${VERSION} on ${postgres.what}`);
  say();
  if (kept) {
    say(`  Admin token   ${kept.secret}`);
    say(`                shown this once; kept in ${kept.where}`);
  }
  say(`  GraphQL       ${url}/graphql`);
  say(`  Health        ${url}/healthz  ${url}/readyz`);
  if (!kept) say('  Token         as before; `rollcall serve --new-admin-token` makes another');
  say();
  say('Next:');
  say('  npx rollcall attestation push examples/attestations/*.json');
  say('  npx rollcall deployment record --deployment-name shop/web --kind file \\');
  say(`    --digest ${EXAMPLE_DIGEST}`);
  say('  npx rollcall deployment list');
  say();
  say('Ctrl-C stops everything that was started.');
}

/** A request that never ends must not keep the process: what was acknowledged is committed, the rest is cut off. */
function forceExitLater(logger: Logger): void {
  setTimeout(() => {
    logger.error(`could not drain within ${DRAIN_MS / 1000} s`);
    process.exit(1);
  }, DRAIN_MS).unref();
}

/** The second signal does not wait. */
function untilSignal(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      logger.debug({ signal });
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
