import { createClient } from '../client.js';
import { defineCommand, type Call } from '../command.js';
import { isCleartext, serverUrl } from '../connection.js';
import { isContextName, writeContext } from '../contexts.js';
import { parseDuration } from '../duration.js';
import { usage } from '../failure.js';
import { isInteractive, readStdin } from '../io.js';
import { viewerOf } from '../viewer.js';

const TOKEN_LIMIT = 4096;

async function tokenFor({ io, global }: Pick<Call, 'io' | 'global'>): Promise<string> {
  const given = global.token ?? io.env['ROLLCALL_TOKEN'];
  if (given) return given.trim();
  const terminal = io.stdin().isTTY === true;
  if (terminal && !isInteractive(io)) throw usage('no token', 'pipe it in, or set ROLLCALL_TOKEN');
  const token = terminal
    ? await (await import('../secret-prompt.js')).askSecret(io, 'Token: ')
    : (await readStdin(io, TOKEN_LIMIT)).toString('utf8');
  if (token.trim() === '') throw usage('no token', 'pipe it in, or set ROLLCALL_TOKEN');
  return token.trim();
}

export const command = defineCommand({
  about: 'Store address and token of a server as a context',
  details: `The token comes from --token, ROLLCALL_TOKEN, standard input, or is asked for without being shown. It is checked
before it is stored, in contexts.json of the configuration folder (mode 0600). The new context becomes the current one.`,
  args: [{ name: 'URL', about: 'address of the server; or --url, or ROLLCALL_URL', optional: true }],
  options: {
    name: {
      type: 'string',
      value: 'NAME',
      about: 'how to call the context; the host of the address',
      here: true,
    },
  },
  examples: ['rollcall login https://rollcall.example.com < token.txt'],
  async run(call) {
    const { args, flags, io, print, global, configDir } = call;
    const address = args[0] ?? global.url ?? io.env['ROLLCALL_URL'];
    if (!address)
      throw usage('the address of the server is missing', '`rollcall login https://rollcall.example.com`');
    const url = serverUrl(address);
    const name = flags.name ?? global.context ?? new URL(url).hostname.replace(/[^A-Za-z0-9._-]/g, '');
    if (!isContextName(name))
      throw usage(`not a context name: ${name}`, 'letters, digits, dots, dashes and underscores');
    const token = await tokenFor(call);
    if (isCleartext(url)) print.warn(`${url} is not encrypted: everybody on the way can read the token`);
    const client = createClient({
      connection: { url, token, urlFrom: 'argument', tokenFrom: 'login' },
      timeoutMs: parseDuration(global.timeout ?? '20s') ?? 20_000,
      retries: 0,
      warn: () => undefined,
    });
    const viewer = await viewerOf(client);
    writeContext(configDir, { name, url, token }, { use: true });
    await print.one(
      { context: name, url, organization: viewer.organization.slug, actor: viewer.actor.name },
      [
        { title: 'Context', value: ({ context }) => context },
        { title: 'Server', value: (login) => login.url },
        { title: 'Organization', value: ({ organization }) => organization },
        { title: 'Signed in as', value: ({ actor }) => actor },
      ],
      ({ context }) => context,
    );
  },
});
