import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Contexts: the servers a person works with, in `contexts.json` (mode 0600, folder 0700):
 * `{"current": "local", "contexts": {"local": {"url": "http://127.0.0.1:4000", "token": "…"}}}`.
 * This module has no dependencies, because the server writes a context on its first start too.
 */
export interface Context {
  name: string;
  url: string;
  /** null = this context holds no token. */
  token: string | null;
}

export interface Contexts {
  /** Name of the context that is used where none is named; null = none. */
  current: string | null;
  /** By name, in the order in which they were added. */
  byName: Map<string, Context>;
}

const CONTEXT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export const isContextName = (text: string): boolean => CONTEXT_NAME.test(text);

/** `$ROLLCALL_CONFIG_DIR`, else `$XDG_CONFIG_HOME/rollcall`, else `~/.config/rollcall`. */
export function defaultConfigDir(env: Record<string, string | undefined> = process.env): string {
  if (env['ROLLCALL_CONFIG_DIR']) return env['ROLLCALL_CONFIG_DIR'];
  if (env['XDG_CONFIG_HOME']) return join(env['XDG_CONFIG_HOME'], 'rollcall');
  return join(env['HOME'] || homedir(), '.config', 'rollcall');
}

export const contextsFile = (dir: string): string => join(dir, 'contexts.json');

/** Reads the contexts of a folder; no file is no contexts. Throws when the file is not what we write. */
export function readContexts(dir: string): Contexts {
  const file = contextsFile(dir);
  if (!existsSync(file)) return { current: null, byName: new Map() };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const { current, contexts } = (content ?? {}) as { current?: unknown; contexts?: unknown };
  const byName = new Map<string, Context>();
  for (const [name, value] of Object.entries((contexts ?? {}) as Record<string, unknown>)) {
    const { url, token } = (value ?? {}) as { url?: unknown; token?: unknown };
    if (!isContextName(name) || typeof url !== 'string')
      throw new Error(`${file} holds a context that is not {url, token}: ${JSON.stringify(name)}`);
    byName.set(name, { name, url, token: typeof token === 'string' ? token : null });
  }
  return { current: typeof current === 'string' && byName.has(current) ? current : null, byName };
}

function save(dir: string, contexts: Contexts): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const content = {
    current: contexts.current,
    contexts: Object.fromEntries(
      [...contexts.byName].map(([name, { url, token }]) => [name, { url, token }]),
    ),
  };
  // A new file is renamed over the old one: a reader never sees half a file, and the mode is right from the start.
  const draft = join(dir, `.contexts-${process.pid}.json`);
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, contextsFile(dir));
}

/**
 * Adds or replaces a context. It becomes the current one when there is none, or when `use` says so.
 * Throws on a name outside `[A-Za-z0-9._-]`, 1 to 63 characters.
 */
export function writeContext(dir: string, context: Context, options: { use?: boolean } = {}): void {
  if (!isContextName(context.name)) throw new Error(`not a context name: ${JSON.stringify(context.name)}`);
  const contexts = readContexts(dir);
  contexts.byName.set(context.name, context);
  if (options.use || contexts.current === null) contexts.current = context.name;
  save(dir, contexts);
}

/** Makes a context the current one. false when there is no such context. */
export function useContext(dir: string, name: string): boolean {
  const contexts = readContexts(dir);
  if (!contexts.byName.has(name)) return false;
  save(dir, { ...contexts, current: name });
  return true;
}

/** Removes a context. false when there is no such context. */
export function deleteContext(dir: string, name: string): boolean {
  const contexts = readContexts(dir);
  if (!contexts.byName.delete(name)) return false;
  save(dir, { ...contexts, current: contexts.current === name ? null : contexts.current });
  return true;
}
