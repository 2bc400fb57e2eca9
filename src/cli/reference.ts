import { GLOBAL_OPTIONS, type OptionSpecs } from './command.js';
import { loadAll, type Loaded } from './completion.js';
import { optionAbout, optionTitle, usageLine } from './help.js';
import { variableOf } from './parse.js';
import { PROJECT_SETTINGS } from './project-file.js';
import { isGroup, TREE } from './tree.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function optionTable(specs: OptionSpecs): string {
  const rows = Object.entries(specs).map(([name, spec]) => {
    const variable = spec.here ? '' : `\`${variableOf(name)}\``;
    return `| \`${optionTitle(name, spec)}\` | ${cell(optionAbout(spec))} | ${variable} |\n`;
  });
  return `| option | meaning | variable |\n| --- | --- | --- |\n${rows.join('')}`;
}

function section({ path, command }: Loaded): string {
  const parts = [`### ${path}\n`, `${command.about}.\n`, `\`\`\`\n${usageLine(path, command)}\n\`\`\`\n`];
  if (command.details) parts.push(`${cell(command.details)}\n`);
  if (command.args?.length)
    parts.push(command.args.map(({ name, about }) => `- \`${name}\`: ${cell(about)}\n`).join(''));
  if (Object.keys(command.options).length > 0) parts.push(optionTable(command.options));
  if (command.examples?.length) parts.push(`\`\`\`sh\n${command.examples.join('\n')}\n\`\`\`\n`);
  return parts.join('\n');
}

const INTRODUCTION = `# Command line

<!-- Printed from the commands by \`npm run docs:cli\`; do not edit. -->

\`rollcall NOUN VERB\`. Results go to stdout, everything else to stderr.

## Output

\`-o table\` (the default), \`wide\`, \`json\`, \`yaml\`, \`ndjson\`, \`csv\` or \`name\`. JSON has the field names of the GraphQL API;
lists are \`{"items": […], "pageInfo": {…}}\`, and \`ndjson\` prints one item a line. A terminal gets a table cut to its
width, short digests and relative times. A pipe gets the full values, separated by tabs, with RFC 3339 times and without
colour. Control and format characters in names are shown as \`\\u001b\`, so that no stored text can drive a terminal.

## Exit codes

| code | meaning |
| --- | --- |
| 0 | done, or nothing to do |
| 1 | failed, refused by state, or a check is false |
| 2 | the call cannot be understood |
| 3 | a batch is partly done |
| 4 | not signed in, or not permitted |
| 5 | not found |
| 6 | refused by policy |
| 7 | the server cannot be reached, after all tries |
| 130 | interrupted |

An error is \`error: what (CODE)\` on stderr, often with a \`hint:\`; with \`-o json\` also
\`{"error": {"code", "message", "hint", "requestId", "details"}}\`, on one line of stderr. \`ROLLCALL_DEBUG=1\` adds the
stack of a fault of the command line itself.

## Where values come from

An option on the command line, else its variable, else \`rollcall.yaml\` in this folder or above it, else the context.
The options of every command have variables too, the tables name them. \`rollcall.yaml\` is a flat map and may set
${PROJECT_SETTINGS.map((name) => `\`${name}\``).join(', ')}; it does not filter lists. A token does not belong into it.

Server and token: \`--url\` and \`--token\`; \`ROLLCALL_URL\`, \`ROLLCALL_TOKEN\` or \`ROLLCALL_TOKEN_FILE\`; or the current context,
which \`rollcall login\` writes to \`contexts.json\` (mode 0600) in \`$ROLLCALL_CONFIG_DIR\`, \`$XDG_CONFIG_HOME/rollcall\` or
\`~/.config/rollcall\`:

\`\`\`json
{ "current": "local", "contexts": { "local": { "url": "http://127.0.0.1:4000", "token": "…" } } }
\`\`\`

The token of a context goes to the server of that context only. An address that comes from \`rollcall.yaml\` gets the token
of the environment only inside CI; elsewhere set \`ROLLCALL_URL\` too.

## In CI

Every record carries an idempotency key of its own, so that a retry whose first answer was lost never undoes what came
since; \`--idempotency-key\` sets one that several calls share. Heartbeats carry none. On GitHub Actions, \`record-id\` and \`outcome\` become
outputs of the step.
Network errors and the answers 502, 503 and 504 are tried again (\`--retries\`); \`--soft-fail\` makes a server that cannot be
reached a warning. With Node.js 24, \`NODE_USE_ENV_PROXY=1\` makes \`HTTPS_PROXY\` count.
`;

/** The whole reference as Markdown; the same text for the same commands. */
export async function renderReference(): Promise<string> {
  const all = await loadAll();
  const byPath = new Map(all.map((each) => [each.path, each]));
  const parts = [INTRODUCTION, `## Options of every command\n\n${optionTable(GLOBAL_OPTIONS)}`];
  for (const entry of TREE) {
    const paths = isGroup(entry) ? entry.verbs.map((verb) => `${entry.name} ${verb.name}`) : [entry.name];
    parts.push(`## ${entry.name}\n\n${entry.about}.\n`);
    for (const path of paths) {
      const loaded = byPath.get(path);
      if (loaded)
        parts.push(isGroup(entry) ? section(loaded) : section(loaded).replace(/^### .*\n\n.*\n\n/, ''));
    }
  }
  return `${parts.join('\n').trimEnd()}\n`;
}
