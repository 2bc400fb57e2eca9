import { command as recordCommand } from './commands/deployment-record.js';
import { EXIT } from './exit-codes.js';
import { processIo } from './io.js';
import { reporting, runCommand } from './run-command.js';

process.on('SIGINT', () => process.exit(EXIT.interrupted));

const argv = process.argv.slice(2);
const io = processIo();

// A heartbeat is a process of its own, so `deployment record` is in the first file; the rest is loaded on demand.
async function run(): Promise<number> {
  if (argv[0] !== 'deployment' || argv[1] !== 'record') return (await import('./main.js')).main(argv, io);
  return reporting(argv, io, () => runCommand(recordCommand, 'deployment record', argv.slice(2), io));
}

// No process.exit here: what was written to a pipe must be read before the process goes.
process.exitCode = await run();
