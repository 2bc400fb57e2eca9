import document from '../../graphql/operations/cli/record-deployments.graphql?raw';
import { createReadStream, existsSync } from 'node:fs';
import type { Call } from './command.js';
import { EXIT } from './exit-codes.js';
import { CliFailure, refusalOf, refuse, usage, type UserError, isFailure } from './failure.js';
import { lineGroups } from './ndjson.js';
import { decommissionDeployment, decommissionInput, type RecordInput, type RecordPayload } from './record.js';
import { modeOption, statusOption } from './record-options.js';
import { artifactOptions, kindOption } from './artifact-options.js';
import { instantOption } from './duration.js';
import { safeJson } from './text.js';
import type { Client } from './client.js';

/** What the server takes in one call. */
export const CHUNK = 500;

type Answer =
  | { line: number; outcome: string | null; record: RecordPayload['record'] }
  | { line: number; error: { code: string; message: string; hint: string | null; details: unknown } };

interface Item {
  line: number;
  input: RecordInput;
  status: 'DEPLOYED' | 'DECOMMISSIONED';
}

type Defaults = Record<string, unknown>;

const FIELDS = new Set([
  'environment',
  'logicalEnvironment',
  'name',
  'kind',
  'digest',
  'ociRef',
  'observedAt',
  'mode',
  'idempotencyKey',
  'status',
]);

/** One line → what it asks for. A CliFailure says what is wrong with it. */
export function readLine(text: string, defaults: Defaults, now: number): Omit<Item, 'line'> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw usage('the line is not JSON');
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw usage('the line is not a JSON object');
  const unknown = Object.keys(content).find((key) => !FIELDS.has(key));
  if (unknown !== undefined) throw usage(`unknown field: ${unknown}`);
  const merged: Defaults = { ...defaults };
  for (const [key, value] of Object.entries(content)) if (value !== null) merged[key] = value;
  const text_ = (key: string): string | undefined => {
    const value = merged[key];
    if (value === undefined || typeof value === 'string') return value;
    throw usage(`${key} is not a text`);
  };
  const name = text_('name');
  const kind = text_('kind');
  if (name === undefined || kind === undefined)
    throw usage(`${name === undefined ? 'name' : 'kind'} is missing`);
  const status = statusOption(text_('status'));
  const mode = modeOption(text_('mode'));
  if (mode === 'HEARTBEAT' && status === 'DECOMMISSIONED') throw usage('a heartbeat cannot decommission');
  const input: RecordInput = {
    environment: text_('environment'),
    logicalEnvironment: text_('logicalEnvironment'),
    name,
    kind: kindOption(kind),
    ...artifactOptions({ ociRef: text_('ociRef'), digest: text_('digest') }),
    observedAt: instantOption('observed-at', text_('observedAt'), now),
    mode,
    idempotencyKey: text_('idempotencyKey'),
  };
  return { input, status };
}

const failed = (line: number, failure: CliFailure): Answer => ({
  line,
  error: {
    code: failure.code,
    message: failure.message,
    hint: failure.detail.hint ?? null,
    details: failure.detail.details ?? null,
  },
});

const failureOf = (error: unknown): CliFailure => {
  if (isFailure(error)) return error;
  throw error;
};

const answerOf = (line: number, payload: RecordPayload): Answer => {
  const [refusal] = payload.userErrors;
  return refusal
    ? failed(line, refusalOf(refusal))
    : { line, outcome: payload.outcome, record: payload.record };
};

async function sendRecords(client: Client, items: readonly Item[]): Promise<Answer[]> {
  try {
    const { recordDeployments: payload } = await client.execute<{
      recordDeployments: { results: RecordPayload[]; userErrors: UserError[] };
    }>(document, { input: { records: items.map(({ input }) => input) } });
    refuse(payload.userErrors);
    return items.map(({ line }, i) => {
      const result = payload.results[i];
      return result
        ? answerOf(line, result)
        : failed(line, new CliFailure('INTERNAL', 'the server gave no answer for this line'));
    });
  } catch (error) {
    return items.map(({ line }) => failed(line, failureOf(error)));
  }
}

async function sendDecommission(client: Client, { line, input }: Item): Promise<Answer> {
  try {
    return answerOf(line, await decommissionDeployment(client, decommissionInput(input)));
  } catch (error) {
    return failed(line, failureOf(error));
  }
}

/** Sends in input order: records that stand together in one call, a decommission on its own. */
async function sendAll(client: Client, items: readonly Item[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  let together: Item[] = [];
  const flush = async (): Promise<void> => {
    if (together.length > 0) answers.push(...(await sendRecords(client, together)));
    together = [];
  };
  for (const item of items) {
    if (item.status === 'DEPLOYED') together.push(item);
    else {
      await flush();
      answers.push(await sendDecommission(client, item));
    }
  }
  await flush();
  return answers;
}

/** 0 all done · 3 some failed · all failed: the exit code they share, else 1. */
export function batchExit(
  done: number,
  codes: readonly string[],
  ifActive: boolean,
  softFail: boolean,
): number {
  const exits = codes
    .filter((code) => !(ifActive && code === 'RECORD_NOT_ACTIVE'))
    .map((code) => new CliFailure(code, '').exit)
    .filter((exit) => !(softFail && exit === EXIT.unreachable));
  if (exits.length === 0) return EXIT.done;
  if (done > 0) return EXIT.partlyDone;
  return exits.every((exit) => exit === exits[0]) ? (exits[0] ?? EXIT.failed) : EXIT.failed;
}

type BatchCall = Pick<Call, 'io' | 'print' | 'client'> & {
  flags: Record<string, string | boolean | undefined>;
};

/** Records every line of an NDJSON file (`-` is stdin) and answers each in order. Gives the exit code. */
export async function recordBatch(call: BatchCall, path: string): Promise<number> {
  const { flags, io, print } = call;
  const defaults: Defaults = {
    environment: flags['env'],
    logicalEnvironment: flags['logical-env'],
    name: flags['deployment-name'],
    kind: flags['kind'],
    digest: flags['digest'],
    ociRef: flags['oci-ref'],
    observedAt: flags['observed-at'],
    mode: flags['mode'],
    status: flags['status'],
  };
  if (flags['idempotency-key'] !== undefined)
    throw usage('--idempotency-key is for one record; a batch has one a line: idempotencyKey');
  if (path !== '-' && !existsSync(path)) throw new CliFailure('FILE_NOT_FOUND', `no file ${path}`);
  const client = await call.client();
  if (flags['logical-env'] === undefined)
    print.note('Logical environment: production (default) where a line names none');
  const codes: string[] = [];
  let done = 0;
  for await (const group of lineGroups(path === '-' ? io.stdin() : createReadStream(path), CHUNK)) {
    const answers = new Map<number, Answer>();
    const items: Item[] = [];
    for (const { number, text, tooLong } of group) {
      try {
        if (tooLong) throw usage('the line is too long');
        items.push({ line: number, ...readLine(text, defaults, io.now()) });
      } catch (error) {
        answers.set(number, failed(number, failureOf(error)));
      }
    }
    for (const answer of await sendAll(client, items)) answers.set(answer.line, answer);
    for (const { number } of group) {
      const answer = answers.get(number) as Answer;
      if ('error' in answer) codes.push(answer.error.code);
      else done += 1;
      io.out(`${safeJson(JSON.stringify(answer))}\n`);
    }
  }
  print.note(`${done} recorded, ${codes.length} failed`);
  return batchExit(done, codes, flags['if-active'] === true, flags['soft-fail'] === true);
}
