import createEnvironmentDocument from '../../../graphql/operations/cli/create-environment.graphql?raw';
import pushDocument from '../../../graphql/operations/cli/push-attestation.graphql?raw';
import listDocument from '../../../graphql/operations/cli/list-deployment-records.graphql?raw';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DeploymentRecord } from '../api.js';
import type { Client } from '../client.js';
import type { Call } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure, isFailure } from '../failure.js';
import { mutate } from '../mutate.js';
import { collect, type Page } from '../paging.js';
import { decommissionDeployment, recordDeployment } from '../record.js';
import { ENVIRONMENTS, FILES, SIGNER_DIGEST, STORIES, stepsLeft, type Story } from './story.js';

const DAY_MS = 86_400_000;
const LEVELS_UP = 4;

/** The folder stands at the root of the package, above this file in the sources and in every build. */
function examples(): string {
  for (let up = 1; up <= LEVELS_UP; up++) {
    const folder = fileURLToPath(new URL(`${'../'.repeat(up)}examples/attestations/`, import.meta.url));
    if (existsSync(folder)) return folder;
  }
  throw new CliFailure('FILE_NOT_FOUND', 'examples/attestations is not part of this installation');
}

async function createEnvironments(client: Client): Promise<void> {
  for (const input of ENVIRONMENTS) {
    try {
      await mutate(client, createEnvironmentDocument, input);
    } catch (error) {
      if (!isFailure(error) || error.code !== 'ENVIRONMENT_EXISTS') throw error;
    }
  }
}

async function pushExamples(client: Client): Promise<number> {
  const folder = examples();
  let stored = 0;
  for (const { file, kind } of FILES) {
    const content = readFileSync(`${folder}${file}`).toString('base64');
    const { results } = await mutate<{ results: { created: boolean }[] }>(client, pushDocument, {
      content,
      name: file,
      kind,
    });
    stored += results.filter(({ created }) => created).length;
  }
  return stored;
}

const keyOf = (environment: string, logicalEnvironment: string, name: string, kind: string): string =>
  JSON.stringify([environment, logicalEnvironment, name, kind]);

/** What is already recorded of the stories' deployments, newest record first. */
async function recorded(client: Client): Promise<Map<string, DeploymentRecord[]>> {
  const filter = {
    names: [...new Set(STORIES.map(({ name }) => name))],
    statuses: ['DEPLOYED', 'SUPERSEDED', 'DECOMMISSIONED'],
  };
  const orderBy = { field: 'DEPLOYED_AT', direction: 'DESC' };
  const { items } = await collect({ all: true }, async (page) => {
    const data = await client.execute<{ deploymentRecords: Page<DeploymentRecord> }>(listDocument, {
      filter,
      orderBy,
      ...page,
    });
    return data.deploymentRecords;
  });
  const byKey = new Map<string, DeploymentRecord[]>();
  for (const record of items) {
    const key = keyOf(
      record.environmentName,
      record.logicalEnvironmentName,
      record.deployment.name,
      record.deployment.kind,
    );
    byKey.set(key, [...(byKey.get(key) ?? []), record]);
  }
  return byKey;
}

async function tell(
  client: Client,
  story: Story,
  known: readonly DeploymentRecord[],
  now: number,
): Promise<number> {
  const { environment, logicalEnvironment, name, kind, ociRef } = story;
  const steps = stepsLeft(story.steps, known.length, known[0]?.status === 'DECOMMISSIONED');
  for (const { daysAgo, does, digest } of steps) {
    const observedAt = new Date(now - daysAgo * DAY_MS).toISOString();
    const input = { environment, logicalEnvironment, name, kind, digest, observedAt };
    if (does === 'record') await recordDeployment(client, { ...input, ociRef });
    else await decommissionDeployment(client, input);
  }
  return steps.length;
}

const LOOK_AT = [
  ['What runs in production?', ['deployment', 'list', '--logical-env', 'production']],
  ['What went silent?', ['deployment', 'list', '--stale']],
  [
    'Which versions did it have?',
    ['deployment', 'history', 'signing/api', '--env', 'k8s-east', '--logical-env', 'production'],
  ],
  ['What was switched off?', ['deployment', 'list', '--status', 'decommissioned']],
  ['Where is this from, and is that proven?', ['trace', SIGNER_DIGEST]],
] as const;

const shellWord = (word: string): string => (/^[\w./:-]+$/.test(word) ? word : JSON.stringify(word));

/** Tells the stories to the server of this call and shows what to look at. Running it again adds nothing. */
export async function runDemo(call: Pick<Call, 'client' | 'print' | 'io' | 'global'>): Promise<number> {
  const { print, io } = call;
  const client = await call.client();
  await createEnvironments(client);
  const stored = await pushExamples(client);
  const known = await recorded(client);
  const now = io.now();
  let told = 0;
  let refused = 0;
  for (const story of STORIES) {
    const key = keyOf(story.environment, story.logicalEnvironment, story.name, story.kind);
    try {
      told += await tell(client, story, known.get(key) ?? [], now);
    } catch (error) {
      if (!isFailure(error) || error.exit === EXIT.unreachable || error.exit === EXIT.notPermitted)
        throw error;
      refused += 1;
      print.warn(`${story.name} in ${story.environment}: ${error.message} (${error.code})`);
    }
  }
  print.note(
    `${stored} attestations stored, ${told} observations recorded${told === 0 ? ': the demo was there already' : ''}`,
  );
  const { main } = await import('../main.js');
  const { url, token, context } = call.global;
  const server = Object.entries({ url, token, context }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, value],
  );
  for (const [question, argv] of LOOK_AT) {
    io.out(`\n# ${question}\n$ rollcall ${argv.map(shellWord).join(' ')}\n`);
    await main([...argv, ...server], io);
  }
  return refused === 0 ? EXIT.done : EXIT.partlyDone;
}
