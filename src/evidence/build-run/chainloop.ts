import type { Statement } from '../statement.js';
import { type BuildRunClaims, claimsOf } from './build-run.js';
import { at, count, firstText, flag, list, text, time, webUrl } from './claimed-value.js';
import { commitOf, gitSource } from './git-source.js';
import { runAt } from './run-reference.js';
import { githubWorkflowPath } from './workflow-file.js';

/** Chainloop's own predicate, v0.2. The commit stands in the subject `git.head`. */
export function chainloopV02({ predicate, subject }: Statement): BuildRunClaims {
  const metadata = at(predicate, 'metadata');
  const env = at(predicate, 'env');
  const head = list(subject).find((one) => at(one, 'name') === 'git.head');
  const run = runAt(at(predicate, 'runnerURL'));
  const path = at(predicate, 'runnerWorkflowFilePath') ?? at(predicate, 'RunnerWorkflowFilePath');
  const policyDigest = text(at(predicate, 'policyEvaluationsRef', 'digest', 'sha256'));
  return claimsOf('chainloop-v0.2', {
    builderId: text(at(predicate, 'builder', 'id')),
    buildType: text(at(predicate, 'buildType')),
    invocationId: text(at(metadata, 'workflowRunID')),
    runUrl: run.runUrl,
    runId: run.runId ?? firstText(at(env, 'GITHUB_RUN_ID'), at(env, 'CI_JOB_ID'), at(env, 'BUILD_BUILDID')),
    runAttempt: run.runAttempt ?? count(at(env, 'GITHUB_RUN_ATTEMPT')),
    sourceRepo: environmentRepo(env, run.runUrl) ?? originRemote(at(head, 'annotations')),
    sourceRef: firstText(at(env, 'GITHUB_REF'), at(env, 'CI_COMMIT_REF_NAME')),
    sourceCommit: commitOf(at(head, 'digest')),
    workflowPath: githubWorkflowPath(path) ?? text(path),
    workflowName: firstText(at(metadata, 'workflowName'), at(metadata, 'name')),
    trigger: firstText(at(env, 'GITHUB_EVENT_NAME'), at(env, 'CI_PIPELINE_SOURCE')),
    startedOn: time(at(metadata, 'initializedAt')),
    finishedOn: time(at(metadata, 'finishedAt')),
    project: text(at(metadata, 'project')),
    projectVersion: text(at(metadata, 'projectVersion')),
    organization: text(at(metadata, 'organization')),
    contractName: text(at(metadata, 'contractName')),
    contractVersion: text(at(metadata, 'contractVersion')),
    policyAttBlocked: flag(at(predicate, 'policyAttBlocked')),
    policyHasViolations: flag(at(predicate, 'policyHasViolations')),
    policyEvaluationsRef: policyDigest === null ? null : `sha256:${policyDigest}`,
  });
}

/** GitHub gives `owner/name` only, so the host is that of the run. */
function environmentRepo(env: unknown, runUrl: string | null): string | null {
  const githubName = text(at(env, 'GITHUB_REPOSITORY'));
  const host = URL.parse(webUrl(runUrl) ?? 'https://github.com')?.origin;
  const repo = githubName === null ? null : gitSource(`${host}/${githubName}`);
  const source = repo ?? gitSource(at(env, 'CI_PROJECT_URL')) ?? gitSource(at(env, 'BUILD_REPOSITORY_URI'));
  return source?.repo ?? null;
}

function originRemote(annotations: unknown): string | null {
  const remotes = list(at(annotations, 'remotes'));
  const origin = remotes.find((remote) => at(remote, 'name') === 'origin');
  return gitSource(at(origin, 'url'))?.repo ?? null;
}
