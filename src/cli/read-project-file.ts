import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { usage } from './failure.js';
import { nearest } from './nearest.js';
import { PROJECT_SETTINGS, type ProjectFile } from './project-file.js';

const LIMIT = 65_536;

/** Reads a `rollcall.yaml`: a flat map of `PROJECT_SETTINGS` to texts, numbers or booleans. */
export function readProjectFile(path: string): ProjectFile {
  if (statSync(path).size > LIMIT) throw usage(`${path} is larger than ${LIMIT} bytes`);
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'), { maxAliasCount: 0 }) ?? {};
  } catch (cause) {
    throw usage(`${path} is not YAML: ${(cause as Error).message.split('\n')[0]}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw usage(`${path} is not a map of settings`);
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(content)) {
    if (key === 'token')
      throw usage(`${path} holds a token`, 'a token does not belong into a repository: use ROLLCALL_TOKEN');
    if (!(PROJECT_SETTINGS as readonly string[]).includes(key)) {
      const near = nearest(key, PROJECT_SETTINGS);
      throw usage(`${path} has an unknown setting: ${key}`, near ? `did you mean ${near}?` : undefined);
    }
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw usage(`${path}: ${key} is not a single value`);
    values.set(key, String(value));
  }
  return { path, values };
}
