import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `rollcall.yaml`: what a repository says about its own deployments. */
export interface ProjectFile {
  path: string;
  values: Map<string, string>;
}

/** The settings a repository may make. A token is not among them. */
export const PROJECT_SETTINGS = [
  'url',
  'context',
  'env',
  'logical-env',
  'deployment-name',
  'kind',
  'output',
  'color',
  'timeout',
  'retries',
] as const;

/** The nearest `rollcall.yaml` in this folder or above it; null = none. */
export function findProjectFile(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'rollcall.yaml');
    if (existsSync(file)) return file;
    if (dirname(at) === at) return null;
  }
}
