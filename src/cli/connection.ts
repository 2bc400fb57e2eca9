import { readFileSync } from 'node:fs';
import { readContexts, type Context } from './contexts.js';
import { CliFailure, usage } from './failure.js';
import { inCi } from './ci.js';
import type { ProjectFile } from './project-file.js';

export interface Connection {
  /** Base URL without a slash at the end. */
  url: string;
  /** null = none; the server then refuses. */
  token: string | null;
  /** Where the URL came from, for `doctor`. */
  urlFrom: string;
  /** Where the token came from; null = there is none. */
  tokenFrom: string | null;
}

/** Checks and trims the address of a server: http or https, no credentials, no query. */
export function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw usage(
      `not the address of a server: ${text}`,
      'write https://rollcall.example.com, without user, query or fragment',
    );
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** True when a token sent to this address could be read on the way. */
export const isCleartext = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !LOOPBACK.test(hostname);
};

function tokenFromEnvironment(
  env: Record<string, string | undefined>,
): { token: string; from: string } | null {
  if (env['ROLLCALL_TOKEN']) return { token: env['ROLLCALL_TOKEN'].trim(), from: 'ROLLCALL_TOKEN' };
  const file = env['ROLLCALL_TOKEN_FILE'];
  if (!file) return null;
  try {
    return { token: readFileSync(file, 'utf8').trim(), from: 'ROLLCALL_TOKEN_FILE' };
  } catch (cause) {
    throw usage(`ROLLCALL_TOKEN_FILE cannot be read: ${(cause as Error).message}`);
  }
}

function chosenContext(dir: string, name: string | undefined): Context | null {
  const { current, byName } = readContexts(dir);
  const wanted = name ?? current;
  const context = wanted === null ? null : (byName.get(wanted) ?? null);
  if (name !== undefined && !context)
    throw new CliFailure('CONTEXT_NOT_FOUND', `no context ${name}`, {
      hint: '`rollcall context list` shows those there are',
    });
  return context;
}

/**
 * URL and token of a call: flag, else environment, else `rollcall.yaml`, else the context.
 * A context's token goes to that context's server only. A URL that a repository brings gets the environment's token
 * only inside CI: elsewhere a cloned repository could collect tokens.
 */
export function resolveConnection(options: {
  flags: { url?: string; token?: string; context?: string };
  env: Record<string, string | undefined>;
  project: ProjectFile | null;
  configDir: string;
}): Connection {
  const { flags, env, project, configDir } = options;
  const named = flags.context ?? (env['ROLLCALL_CONTEXT'] || undefined) ?? project?.values.get('context');
  const context = chosenContext(configDir, named);
  const fromFile = project?.values.get('url');
  const [address, urlFrom] =
    flags.url !== undefined
      ? [flags.url, '--url']
      : env['ROLLCALL_URL']
        ? [env['ROLLCALL_URL'], 'ROLLCALL_URL']
        : flags.context === undefined && !env['ROLLCALL_CONTEXT'] && fromFile !== undefined
          ? [fromFile, project?.path ?? '']
          : context
            ? [context.url, `context ${context.name}`]
            : [null, ''];
  if (address === null)
    throw usage('no server is known', '`rollcall login URL`, or set ROLLCALL_URL and ROLLCALL_TOKEN');
  const url = serverUrl(address);
  const given =
    flags.token !== undefined ? { token: flags.token, from: '--token' } : tokenFromEnvironment(env);
  if (given) {
    if (given.from !== '--token' && address === fromFile && urlFrom === project?.path && !inCi(env))
      throw usage(
        `the address comes from ${project?.path}, the token from ${given.from}`,
        `set ROLLCALL_URL=${url} as well, if you trust that file with your token`,
      );
    return { url, token: given.token, urlFrom, tokenFrom: given.from };
  }
  const holder = [context, ...readContexts(configDir).byName.values()].find(
    (known) => known?.token && serverUrl(known.url) === url,
  );
  return { url, token: holder?.token ?? null, urlFrom, tokenFrom: holder ? `context ${holder.name}` : null };
}
