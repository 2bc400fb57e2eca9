// Writes docs/errors.md and docs/configuration.md from the tables in the code; `--check` compares instead. Needs a build.
import { MAX_ATTESTATION_BYTES } from '../dist/src/evidence/index.js';
import { REASONS } from '../dist/src/evidence/reasons.js';
import { ERRORS, SETTINGS } from '../dist/src/platform/index.js';
import { writeOrCheck } from './write-or-check.mjs';

const NOTE = '<!-- Printed from the code by `npm run docs:tables`; do not edit. -->';
const table = (titles, rows) =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const errorRows = (place) =>
  Object.entries(ERRORS)
    .filter(([, row]) => row.place === place)
    .map(([code, row]) => [`\`${code}\``, row.http, row.exit, row.retryable ? 'yes' : 'no', row.when]);
const TITLES = ['code', 'HTTP', 'CLI exit', 'retry', 'when'];

const errors = `# Errors

${NOTE}

Every refusal has one code of this closed list, the same at every door. HTTP is the status at the REST doors and the exit
code that of the command line. *Retry* means that the same call may succeed later without a change.

## Top-level errors of GraphQL

They are about the caller's credentials, about limits, or our own faults. GraphQL answers them in \`errors\`, with the code
in \`extensions.code\` and the request in \`extensions.requestId\`; \`INTERNAL\` has an \`errorId\` that the server's log has too.

${table(TITLES, errorRows('top-level'))}

## \`userErrors\`

They are about the content of a call. A mutation answers them in \`userErrors\` of its payload, with \`code\`, \`message\`,
\`field\`, \`hint\` and \`details\`. A query answers them as top-level errors.

${table(TITLES, errorRows('userErrors'))}

## Reasons of a verdict

An attestation that is not VERIFIED has a reason in \`Attestation.reason\`. A reason is no error: the file is stored with it.

${table(
  ['reason', 'verdict', 'meaning'],
  Object.entries(REASONS).map(([code, row]) => [`\`${code}\``, row.verdict, row.text]),
)}
`;

const configuration = `# Configuration

${NOTE}

The server reads these environment variables once, when it starts. A value that cannot be used stops it with a message that
names the variable and what it accepts. A file of attestations is at most ${MAX_ATTESTATION_BYTES / 1024 / 1024} MiB, whatever \`ROLLCALL_BODY_LIMIT\` allows.
The variables of the command line stand in [CLI.md](CLI.md).

${table(
  ['variable', 'default', 'meaning'],
  SETTINGS.map(({ name, fallback, about }) => [
    `\`${name}\``,
    fallback === null ? 'none' : `\`${fallback}\``,
    about,
  ]),
)}

What an organization may set (whether an attestation is required, and which; whether a record may create places; after how
long a record is stale) is not configuration: \`rollcall organization update\` changes it, and the change is in the log.
`;

await writeOrCheck('docs/errors.md', errors, 'npm run docs:tables');
await writeOrCheck('docs/configuration.md', configuration, 'npm run docs:tables');
