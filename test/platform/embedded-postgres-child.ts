// A process that does what the server does with its embedded PostgreSQL; the launcher's tests run and kill it.
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

try {
  const [dataDir, settings] = process.argv.slice(2);
  const server = await startEmbeddedPostgres({
    dataDir: dataDir!,
    log: (note) => say({ note }),
    settings: JSON.parse(settings ?? '{}') as Record<string, string>,
  });
  const drain = async (): Promise<void> => {
    // Time for a signal to the process group to reach PostgreSQL too, if it were in it.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query('select 1 as drained');
    await client.end();
    await server.stop();
    say({ drained: rows[0].drained });
    process.exit(0);
  };
  process.on('SIGINT', () => void drain());
  process.on('SIGTERM', () => void drain());
  say({ pid: server.pid, adopted: server.adopted, url: server.url, host: server.connection.host });
} catch (error) {
  const { name, message, pid } = error as Error & { pid?: number };
  say({ error: name, message, holder: pid ?? null });
  process.exitCode = 1;
}
