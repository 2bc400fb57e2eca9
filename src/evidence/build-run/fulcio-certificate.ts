import type { CertificateFacts } from '../certificate.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { commitId, gitSource } from './git-source.js';
import { runAt } from './run-reference.js';

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/**
 * The CI run that a Fulcio certificate was issued to. Certificates from before 2023 have the extensions 1 to 6 only.
 * null when the certificate names no run and no source, as those of persons and service accounts.
 */
export function certificateBuildRun(facts: CertificateFacts): BuildRunClaims | null {
  const sourceRepo = repositoryOf(facts);
  const run = runAt(facts.runInvocationURI);
  if (sourceRepo === null && facts.runInvocationURI === null) return null;
  return claimsOf('fulcio-certificate', {
    ...run,
    builderId: facts.buildSignerURI,
    invocationId: facts.runInvocationURI,
    sourceRepo,
    sourceRef: facts.sourceRepositoryRef ?? facts.githubWorkflowRef,
    sourceCommit: commitId(facts.sourceRepositoryDigest ?? facts.githubWorkflowSHA),
    workflowPath: configPath(facts.buildConfigURI, sourceRepo),
    workflowName: facts.githubWorkflowName,
    trigger: facts.buildTrigger ?? facts.githubWorkflowTrigger,
  });
}

function repositoryOf(facts: CertificateFacts): string | null {
  if (facts.sourceRepositoryURI !== null) return gitSource(facts.sourceRepositoryURI)?.repo ?? null;
  const host = githubHost(facts.issuer);
  if (facts.githubWorkflowRepository === null || host === null) return null;
  return gitSource(`${host}/${facts.githubWorkflowRepository}`)?.repo ?? null;
}

/** The GitHub server that belongs to an issuer of Actions tokens. */
function githubHost(issuer: string | null): string | null {
  if (issuer === null) return null;
  if (issuer === GITHUB_ISSUER || issuer.startsWith(`${GITHUB_ISSUER}/`)) return 'https://github.com';
  const tenant = /^https:\/\/token\.actions\.([\w-]+\.ghe\.com)$/.exec(issuer)?.[1];
  if (tenant !== undefined) return `https://${tenant}`;
  return /^(https:\/\/[^/]+)\/_services\/token$/.exec(issuer)?.[1] ?? null;
}

/** GitHub writes `repository/.github/workflows/x.yml@ref`, GitLab `repository//.gitlab-ci.yml@ref`. */
function configPath(uri: string | null, repo: string | null): string | null {
  const file = uri === null ? null : (/^(.+?)@refs\//.exec(uri) ?? /^([^@]+)(?:@|$)/.exec(uri))?.[1];
  if (file === null || file === undefined) return null;
  if (repo !== null && file.startsWith(`${repo}/`))
    return file.slice(repo.length).replace(/^\/+/, '') || null;
  // The configuration may come from another repository.
  return /^https?:\/\/.+?\/\/(.+)$/.exec(file)?.[1] ?? /\/(\.github\/workflows\/.+)$/.exec(file)?.[1] ?? null;
}
