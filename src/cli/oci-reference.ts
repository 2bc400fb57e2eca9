import { parseDigest } from '../platform/digest.js';

export interface OciReference {
  /** With a registry host, or as it was given without one. */
  repository: string;
  /** null = none. */
  tag: string | null;
  /** Canonical digest; null = none. */
  digest: string | null;
}

const LONGEST = 1024;
// ASCII only, so that no look-alike letters slip in; every repetition is delimited, so matching stays linear.
const LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const ADDRESS = /^\[[0-9a-fA-F:]+\]$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

function isHost(text: string): boolean {
  const port = /:[0-9]{1,5}$/.exec(text);
  const name = port ? text.slice(0, port.index) : text;
  return ADDRESS.test(name) || name.split('.').every((label) => LABEL.test(label));
}

/** Reads `registry/repository[:tag][@digest]`. null when the text does not fit the grammar. */
export function parseOciReference(text: string): OciReference | null {
  if (text.length > LONGEST) return null;
  const at = text.indexOf('@');
  const digest = at < 0 ? null : parseDigest(text.slice(at + 1));
  if (at >= 0 && digest === null) return null;
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tag = colon > named.lastIndexOf('/') ? named.slice(colon + 1) : null;
  const repository = tag === null ? named : named.slice(0, colon);
  const [first = '', ...rest] = repository.split('/');
  // As in Docker: what stands before the first slash is a host when it could not be part of a path.
  const hasHost = rest.length > 0 && (/[.:[]/.test(first) || first === 'localhost');
  const path = hasHost ? rest : [first, ...rest];
  const fits = path.every((component) => COMPONENT.test(component)) && (!hasHost || isHost(first));
  return fits && (tag === null || TAG.test(tag)) ? { repository, tag, digest } : null;
}
