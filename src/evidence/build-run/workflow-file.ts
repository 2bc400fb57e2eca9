import { text } from './claimed-value.js';

/** A workflow file, taken out of `owner/repo/.github/workflows/x.yml@ref` or `.github/workflows/x.yml`. */
export function githubWorkflowPath(value: unknown): string | null {
  const said = text(value);
  return said === null ? null : (/(?:^|\/)(\.github\/workflows\/[^@]+)(?:@.*)?$/.exec(said)?.[1] ?? null);
}

/** An entry point that is a configuration file and not the name of a job or workflow. */
export function filePath(value: unknown): string | null {
  const said = text(value);
  return said !== null && /^\S+\.(?:ya?ml|json|toml)$/i.test(said) ? said : null;
}

/** An entry point that is a name. */
export const entryName = (value: unknown): string | null =>
  githubWorkflowPath(value) === null && filePath(value) === null ? text(value) : null;
