import { createClient, type Client } from './client.js';
import type { Call, Command } from './command.js';
import { resolveConnection } from './connection.js';
import { defaultConfigDir } from './contexts.js';
import { numberOption, parseDuration } from './duration.js';
import { CliFailure, usage, isFailure } from './failure.js';
import { isInteractive, type Io } from './io.js';
import { createPrinter } from './output.js';
import { parseCall, variableOf } from './parse.js';
import { findProjectFile, type ProjectFile } from './project-file.js';
import { startSpinner } from './spinner.js';
import { safeJson, safeLines } from './text.js';

/** Runs one command with the words behind its name, and gives its exit code. */
export async function runCommand(command: Command, path: string, argv: string[], io: Io): Promise<number> {
  const file = findProjectFile(io.cwd);
  let project: ProjectFile | null = null;
  if (file !== null) project = (await import('./read-project-file.js')).readProjectFile(file);
  const parsed = parseCall(argv, command, io.env, () => project);
  if (parsed.global.help) {
    io.out((await import('./help.js')).commandHelp(path, command));
    return 0;
  }
  const configDir = defaultConfigDir(io.env);
  const print = createPrinter(io, parsed.global);
  if (parsed.inherited.length > 0) print.note(`Filter: ${parsed.inherited.join(', ')}`);
  let client = null as Promise<Client> | null;
  const call: Call = {
    flags: parsed.flags as Call['flags'],
    args: parsed.args,
    global: parsed.global,
    io,
    print,
    configDir,
    client: () => (client ??= connect()),
  };
  async function connect(): Promise<Client> {
    const { timeout, retries } = parsed.global;
    const timeoutMs = parseDuration(timeout ?? '20s');
    if (timeoutMs === null || timeoutMs < 1)
      throw usage(`--timeout is not a time: ${timeout}`, 'write 20s or 500ms');
    return createClient({
      connection: resolveConnection({ flags: parsed.global, env: io.env, project, configDir }),
      timeoutMs,
      retries: numberOption('retries', retries, 0, 20) ?? 3,
      warn: print.warn,
      waiting: isInteractive(io) ? () => startSpinner(io) : undefined,
    });
  }
  try {
    return (await command.run(call as Call<never>)) ?? 0;
  } catch (error) {
    // A refusal does not carry the id of the request that it answers.
    if (isFailure(error) && client !== null)
      error.detail.requestId ??= (await client.catch(() => null))?.requestId ?? null;
    throw error;
  }
}

/** True when errors are to be told as JSON too; read leniently, because parsing itself may have failed. */
const wantsJson = (argv: readonly string[], env: Io['env']): boolean =>
  /(?:^| )(?:-o ?|--output[ =])json(?: |$)/.test(argv.join(' ')) || env[variableOf('output')] === 'json';

function report(failure: CliFailure, json: boolean, io: Io): number {
  const { code, message, detail } = failure;
  io.err(`error: ${safeLines(message)} (${code})\n`);
  if (detail.hint) io.err(`hint: ${safeLines(detail.hint)}\n`);
  if (detail.requestId && code === 'INTERNAL') io.err(`request: ${safeLines(detail.requestId)}\n`);
  if (json) {
    const { hint = null, requestId = null, details = null } = detail;
    io.err(`${safeJson(JSON.stringify({ error: { code, message, hint, requestId, details } }))}\n`);
  }
  return failure.exit;
}

/** Runs `work`; a failure is told on stderr and becomes the exit code. */
export async function reporting(
  argv: readonly string[],
  io: Io,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const json = wantsJson(argv, io.env);
    if (isFailure(error)) return report(error, json, io);
    if (io.env['ROLLCALL_DEBUG']) io.err(`${safeLines((error as Error).stack ?? '')}\n`);
    return report(new CliFailure('FAILED', (error as Error).message, { cause: error }), json, io);
  }
}
