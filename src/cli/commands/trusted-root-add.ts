import document from '../../../graphql/operations/cli/add-trusted-root.graphql?raw';
import type { TrustedRoot } from '../api.js';
import { defineCommand } from '../command.js';
import { numberOption } from '../duration.js';
import { readInput } from '../files.js';
import { mutate } from '../mutate.js';

export const command = defineCommand({
  about: 'Add a trusted root or public keys',
  args: [
    { name: 'NAME', about: 'how to call it' },
    { name: 'FILE', about: 'a Sigstore trusted_root.json, PEM public keys, or the keys.json of npm' },
  ],
  options: {
    kind: {
      type: 'string',
      value: 'KIND',
      choices: ['SIGSTORE', 'PUBLIC_KEYS'],
      about: 'what the file holds; told from its content if not given',
      here: true,
    },
    'tlog-threshold': {
      type: 'string',
      value: 'N',
      about: 'transparency log entries an attestation needs',
      here: true,
    },
    'ctlog-threshold': {
      type: 'string',
      value: 'N',
      about: 'certificate log timestamps it needs',
      here: true,
    },
    'timestamp-threshold': { type: 'string', value: 'N', about: 'signed timestamps it needs', here: true },
  },
  examples: ['rollcall trusted-root add release-keys cosign.pub --tlog-threshold 0'],
  async run({ args, flags, client, print }) {
    const [name, file] = args as [string, string];
    const bytes = readInput(file);
    const isSigstore = /"mediaType"\s*:\s*"application\/vnd\.dev\.sigstore\.trustedroot/.test(
      bytes.toString('utf8'),
    );
    const input = {
      name,
      kind: flags.kind ?? (isSigstore ? 'SIGSTORE' : 'PUBLIC_KEYS'),
      content: bytes.toString('base64'),
      tlogThreshold: numberOption('tlog-threshold', flags['tlog-threshold'], 0, 32),
      ctlogThreshold: numberOption('ctlog-threshold', flags['ctlog-threshold'], 0, 32),
      timestampThreshold: numberOption('timestamp-threshold', flags['timestamp-threshold'], 0, 32),
    };
    const { trustedRoot } = await mutate<{ trustedRoot: TrustedRoot }>(await client(), document, input, {
      repeatable: false,
    });
    await print.one(
      trustedRoot,
      [
        { title: 'Name', value: (root) => root.name },
        { title: 'Kind', value: (root) => root.kind },
        { title: 'Log entries', value: (root) => root.tlogThreshold },
        { title: 'Certificate log', value: (root) => root.ctlogThreshold },
        { title: 'Timestamps', value: (root) => root.timestampThreshold },
        { title: 'Id', value: (root) => root.id },
      ],
      (root) => root.name,
    );
  },
});
