import { parseDigest } from '../platform/index.js';

export const MAX_REFERENCE = 1024;
// The grammar of the distribution specification; ASCII only, so that no look-alike letters slip in.
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export interface OciReference {
  /** With a registry host, or as it was given without one. */
  repository: string;
  tag: string | null;
  digest: string | null;
}

/** Parses `host/path:tag@digest`; null when it is outside the grammar. */
export function parseOciReference(text: string): OciReference | null {
  if (text.length === 0 || text.length > MAX_REFERENCE) return null;
  const at = text.indexOf('@');
  const digest = at < 0 ? null : parseDigest(text.slice(at + 1));
  if (at >= 0 && digest === null) return null;
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : null;
  if (tag !== null && !TAG.test(tag)) return null;
  const repository = hasTag ? named.slice(0, colon) : named;
  const [first = '', ...rest] = repository.split('/');
  const hasHost = rest.length > 0 && (/[.:[]/.test(first) || first === 'localhost');
  const path = hasHost ? rest : [first, ...rest];
  if (hasHost && !HOST.test(first)) return null;
  return path.length > 0 && path.every((component) => COMPONENT.test(component))
    ? { repository, tag, digest }
    : null;
}
