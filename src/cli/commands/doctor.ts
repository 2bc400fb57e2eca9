import { statSync } from 'node:fs';
import type { Client } from '../client.js';
import { defineCommand, type Call } from '../command.js';
import { contextsFile } from '../contexts.js';
import { EXIT } from '../exit-codes.js';
import { isFailure } from '../failure.js';
import { version } from '../version.js';
import { viewerOf } from '../viewer.js';

interface Check {
  check: string;
  state: 'OK' | 'WARN' | 'FAIL';
  finding: string;
}

const LARGEST_SKEW_S = 60;

function checkConfig(call: Pick<Call, 'configDir'>): Check {
  const file = contextsFile(call.configDir);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat)
    return {
      check: 'configuration',
      state: 'OK',
      finding: `${file} does not exist; environment variables are used`,
    };
  const open = process.platform !== 'win32' && (stat.mode & 0o077) !== 0;
  return open
    ? { check: 'configuration', state: 'WARN', finding: `${file} can be read by others: chmod 600` }
    : { check: 'configuration', state: 'OK', finding: file };
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const serves = major > 22 || (major === 22 && minor >= 22);
  return {
    check: 'node',
    state: 'OK',
    finding: `${process.version}${serves ? '' : '; `rollcall serve` needs 22.22 or newer'}`,
  };
}

async function checkServer(client: Client, now: () => number): Promise<Check[]> {
  const { url, urlFrom } = client.connection;
  const { status, headers, body } = await client.get('/readyz');
  const checks: Check[] = [
    {
      check: 'server',
      state: status === 200 ? 'OK' : 'FAIL',
      finding: `${url} (${urlFrom}) ${status === 200 ? 'is ready' : `answered ${status}`}`,
    },
  ];
  const serverTime = Date.parse(headers.date ?? '');
  if (!Number.isNaN(serverTime)) {
    const skew = Math.round((now() - serverTime) / 1000);
    checks.push({
      check: 'clock',
      state: Math.abs(skew) <= LARGEST_SKEW_S ? 'OK' : 'WARN',
      finding:
        Math.abs(skew) <= 1
          ? 'agrees with the server'
          : `${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} the server`,
    });
  }
  const serverVersion = /"version"\s*:\s*"([^"]{1,64})"/.exec(body.toString('utf8'))?.[1];
  checks.push({
    check: 'version',
    state: serverVersion !== undefined && serverVersion !== version ? 'WARN' : 'OK',
    finding: `command line ${version}, server ${serverVersion ?? 'does not tell'}`,
  });
  return checks;
}

async function checkToken(client: Client): Promise<Check> {
  const viewer = await viewerOf(client);
  const { name, expiresAt } = viewer.token;
  return {
    check: 'token',
    state: 'OK',
    finding: `${name} of ${viewer.actor.name} in ${viewer.organization.slug}${expiresAt ? `, ends ${expiresAt}` : ''}: ${viewer.permissions.length} permissions`,
  };
}

export const command = defineCommand({
  about: 'Check configuration, connection, token, clock and versions',
  options: {},
  async run(call) {
    const checks: Check[] = [checkNode(), checkConfig(call)];
    let exit: number = EXIT.done;
    const attempt = async (check: string, work: () => Promise<Check[]>): Promise<void> => {
      try {
        checks.push(...(await work()));
      } catch (error) {
        if (!isFailure(error)) throw error;
        checks.push({
          check,
          state: 'FAIL',
          finding: [error.message, error.detail.hint].filter(Boolean).join('; '),
        });
        exit ||= error.exit;
      }
    };
    await attempt('server', async () => checkServer(await call.client(), call.io.now));
    if (exit === EXIT.done) await attempt('token', async () => [await checkToken(await call.client())]);
    await call.print.list(
      { items: checks, pageInfo: { hasNextPage: false, endCursor: null } },
      [
        { title: 'CHECK', value: ({ check }) => check },
        { title: 'STATE', value: ({ state }) => state, as: 'status' },
        { title: 'FINDING', value: ({ finding }) => finding },
      ],
      ({ check }) => check,
    );
    return exit || (checks.some(({ state }) => state === 'FAIL') ? EXIT.failed : EXIT.done);
  },
});
