import { appendFileSync } from 'node:fs';
import type { Answer } from './record-columns.js';

const cell = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ')
    .replace(/[|`<>&\\[\]*_]/g, (char) => `&#${char.codePointAt(0)};`);

/** GitHub Actions: `record-id` and `outcome` as outputs of the step, a table row in its summary. */
export function writeGithubOutputs(env: Record<string, string | undefined>, answer: Answer): void {
  const { outcome, record } = answer;
  const outputs = env['GITHUB_OUTPUT'];
  const value = (text: string): string => text.replace(/[\r\n]/g, '');
  if (outputs) appendFileSync(outputs, `record-id=${value(record?.id ?? '')}\noutcome=${value(outcome)}\n`);
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (!summary || !record) return;
  const cells = [
    outcome,
    record.deployment.name,
    record.environmentName,
    record.logicalEnvironmentName,
    record.artifact.digest,
    record.id,
  ];
  appendFileSync(
    summary,
    `\n| Outcome | Deployment | Environment | Logical environment | Digest | Record |\n|---|---|---|---|---|---|\n| ${cells
      .map(cell)
      .join(' | ')} |\n`,
  );
}
