import document from '../../../graphql/operations/cli/watch-deployments.graphql?raw';
import type { Actor, Named } from '../api.js';
import { defineCommand } from '../command.js';
import { numberOption, parseDuration } from '../duration.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { waitBefore } from '../retry.js';
import { subscribe } from '../subscribe.js';
import { tinted } from '../table.js';
import { safe, safeJson, shortDigest } from '../text.js';
import { viewerOf } from '../viewer.js';

interface Change {
  cursor: string;
  type: string;
  observedAt: string | null;
  receivedAt: string;
  deployment: { name: string; kind: string; environment: Named; logicalEnvironment: Named };
  record: { id: string; status: string; artifact: { digest: string } } | null;
  actor: Actor;
}

const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);

export const command = defineCommand({
  about: 'Follow changes as they are recorded',
  details: `Runs until it is interrupted. After a lost connection it continues where it was, so nothing is missed. Every -o other
than table and wide prints one JSON object a line.`,
  options: {
    env: { type: 'list', short: 'e', value: 'NAME', about: 'only this Environment', filter: true },
    'logical-env': { type: 'list', value: 'NAME', about: 'only this logical environment', filter: true },
    'deployment-name': { type: 'list', value: 'NAME', about: 'only deployments of this name', filter: true },
    after: { type: 'string', value: 'CURSOR', about: 'begin behind this change; now', here: true },
    count: { type: 'string', value: 'N', about: 'end after so many changes', here: true },
  },
  examples: ['rollcall deployment watch --logical-env production'],
  async run({ flags, client, print, io, global }) {
    const server = await client();
    const { connection } = server;
    const count = numberOption('count', flags.count, 1, 1_000_000) ?? Infinity;
    const retries = numberOption('retries', global.retries, 0, 20) ?? 3;
    const timeoutMs = parseDuration(global.timeout ?? '20s') ?? 20_000;
    let { after } = flags;
    let seen = 0;
    let failures = 0;
    const text = ({ receivedAt, type, deployment, record, actor }: Change): string => {
      const digest = record?.artifact.digest ?? '';
      const cells = [
        receivedAt,
        tinted(type, print),
        `${safe(deployment.environment.name)} / ${safe(deployment.logicalEnvironment.name)}`,
        safe(deployment.name),
        deployment.kind,
        io.outIsTerminal && print.format !== 'wide' ? shortDigest(digest) : digest,
        safe(actor.name),
      ];
      return `${cells.join(io.outIsTerminal ? '  ' : '\t')}\n`;
    };
    // A WebSocket that is refused does not say why; this does.
    await viewerOf(server);
    const next = (data: unknown): boolean => {
      const { deploymentChanged: change } = data as { deploymentChanged: Change };
      after = change.cursor;
      failures = 0;
      seen += 1;
      const plain = print.format === 'table' || print.format === 'wide';
      io.out(plain ? text(change) : `${safeJson(JSON.stringify(change))}\n`);
      return seen < count;
    };
    for (;;) {
      const variables = {
        after,
        environments: some(flags.env),
        logicalEnvironments: some(flags['logical-env']),
        names: some(flags['deployment-name']),
      };
      const reason = await subscribe(connection, document, variables, next, timeoutMs);
      if (seen >= count) return EXIT.done;
      failures += 1;
      if (failures > retries)
        throw new CliFailure(
          'SERVER_UNREACHABLE',
          `${connection.url} ended the stream: ${reason ?? 'completed'}`,
        );
      const wait = waitBefore(failures, undefined);
      print.warn(`${reason ?? 'the stream ended'}; continuing in ${wait} ms`);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  },
});
