import { at, list, text } from './claimed-value.js';

/** A place in a git repository. `repo` is a web address without userinfo, `.git`, ref or trailing slash. */
export interface GitSource {
  repo: string;
  ref: string | null;
  /** 40 or 64 lower-case hex digits. */
  commit: string | null;
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
// `name@sha256:…` is an image, not a host.
const SCP_STYLE = /^[\w.-]+@(?!sha\d+:)([\w.-]+):(?!\/\/)(.+)$/;
const GIT_SCHEME = /^(?:git\+|git:\/\/|ssh:\/\/|[\w.-]+@(?!sha\d+:)[\w.-]+:)/i;

/** A full commit id, in lower case. */
export function commitId(value: unknown): string | null {
  const said = text(value);
  return said !== null && COMMIT.test(said) ? said.toLowerCase() : null;
}

/**
 * Reads the address forms that builders use: `git+https://host/o/r.git@refs/heads/main`, `https://host/o/r#ref`,
 * `ssh://git@host/o/r`, `git@host:o/r.git`, `https://host/o/r/commit/ID`. A ref that is a commit id is returned as
 * commit. null when it is no address of a repository on a host.
 */
export function gitSource(value: unknown): GitSource | null {
  const said = text(value);
  const url = said === null ? null : repositoryUrl(said.replace(/^git\+/i, ''));
  if (url === null) return null;
  // An `@` in front of the first path slash is userinfo; one right behind a slash begins a name.
  const withRef = /^(.*?[^/])@(.*)$/.exec(url.pathname);
  const path = withRef?.[1] ?? url.pathname;
  const { name, commit } = repositoryName(path);
  if (!/[^/]/.test(name)) return null;
  const repo = `${url.protocol === 'http:' ? 'http:' : 'https:'}//${url.host}${name}`;
  // A name that ends in dot segments once the ref is cut off would be read as another address.
  if (URL.parse(repo)?.href !== repo) return null;
  // BuildKit writes `#ref:directory`.
  const refText = text(decoded(withRef?.[2] ?? '')) ?? text(decoded(url.hash.slice(1).split(':')[0] ?? ''));
  const refCommit = commitId(refText);
  return {
    repo,
    ref: refCommit === null ? refText : null,
    commit: commit ?? refCommit,
  };
}

/** Takes `.git`, slashes and `/commit/ID` off the end of a path. */
function repositoryName(path: string): { name: string; commit: string | null } {
  let commit: string | null = null;
  let name = path;
  for (;;) {
    name = name.replace(/(?:\.git|\/)+$/, '');
    const page = /^(.+?)(?:\/-)?\/commit\/([^/]+)$/.exec(name);
    const id = commitId(page?.[2]);
    if (page === null || id === null) return { name, commit };
    commit ??= id;
    name = page[1]!;
  }
}

/** As an http(s) URL without a foreign port; null for other schemes. */
function repositoryUrl(said: string): URL | null {
  const scp = SCP_STYLE.exec(said);
  if (scp !== null) return URL.parse(`https://${scp[1]}/${(scp[2] ?? '').replace(/^\/+/, '')}`);
  const shell = /^(?:git|ssh):\/\/(?:[^/@]*@)?([^/:@]+)(?::\d*(?=\/))?[:/](.+)$/i.exec(said);
  if (shell !== null) return URL.parse(`https://${shell[1]}/${shell[2]}`);
  return /^https?:\/\//i.test(said) ? URL.parse(said) : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The commit in a digest set. Some builders write a commit of 40 digits under `sha256`. */
export function commitOf(digest: unknown): string | null {
  const underSha256 = commitId(at(digest, 'sha256'));
  return (
    commitId(at(digest, 'gitCommit')) ??
    commitId(at(digest, 'sha1')) ??
    (underSha256?.length === 40 ? underSha256 : null)
  );
}

/** Source and commit of `{ uri, digest }`: a config source, a material or a resolved dependency. */
export function describedSource(descriptor: unknown): GitSource | null {
  const source = gitSource(at(descriptor, 'uri'));
  return source === null ? null : { ...source, commit: commitOf(at(descriptor, 'digest')) ?? source.commit };
}

/** The git repositories among materials or resolved dependencies; images and files are left out. */
export function gitSources(descriptors: unknown): GitSource[] {
  return list(descriptors).flatMap((descriptor) => {
    const uri = text(at(descriptor, 'uri'));
    const isGit = uri !== null && (GIT_SCHEME.test(uri) || commitOf(at(descriptor, 'digest')) !== null);
    const source = isGit ? describedSource(descriptor) : null;
    return source === null ? [] : [source];
  });
}

/** The one repository that all sources agree on; null when there is none or more than one. */
export function onlySource(sources: readonly GitSource[]): GitSource | null {
  const first = sources[0];
  return first !== undefined && sources.every((other) => sameRepository(other.repo, first.repo))
    ? first
    : null;
}

/** Whether two addresses name one repository on a host that does not tell letter case apart. ASCII only. */
export const sameRepository = (a: string, b: string): boolean => foldedRepository(a) === foldedRepository(b);

/** An address without scheme and in ASCII lower case, for comparison. */
export const foldedRepository = (repo: string): string =>
  repo.replace(/^https?:\/\//i, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
