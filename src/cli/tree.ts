import type { Command } from './command.js';

export interface Leaf {
  name: string;
  about: string;
  load: () => Promise<{ command: Command }>;
}

export interface Group {
  name: string;
  about: string;
  verbs: readonly Leaf[];
}

const leaf = (name: string, about: string, load: Leaf['load']): Leaf => ({ name, about, load });

/** Every command, in the order of the help. A command's file is loaded when the command runs, and not before. */
export const TREE: readonly (Group | Leaf)[] = [
  {
    name: 'deployment',
    about: 'What runs where, and what ran',
    verbs: [
      leaf(
        'record',
        'Record that an artifact runs, or no longer runs',
        () => import('./commands/deployment-record.js'),
      ),
      leaf('list', 'List what runs where', () => import('./commands/deployment-list.js')),
      leaf('describe', 'Show one deployment', () => import('./commands/deployment-describe.js')),
      leaf(
        'history',
        'Show what a deployment ran, newest first',
        () => import('./commands/deployment-history.js'),
      ),
      leaf(
        'decommission',
        'Record that an artifact no longer runs',
        () => import('./commands/deployment-decommission.js'),
      ),
      leaf('watch', 'Follow changes as they are recorded', () => import('./commands/deployment-watch.js')),
    ],
  },
  leaf('trace', 'From what runs back to the commit it was built from', () => import('./commands/trace.js')),
  {
    name: 'attestation',
    about: 'Evidence of where artifacts come from',
    verbs: [
      leaf('push', 'Store attestation files', () => import('./commands/attestation-push.js')),
      leaf('list', 'List attestations', () => import('./commands/attestation-list.js')),
      leaf('describe', 'Show one attestation', () => import('./commands/attestation-describe.js')),
      leaf(
        'download',
        'Write the original bytes of an attestation',
        () => import('./commands/attestation-download.js'),
      ),
      leaf(
        'verify',
        'Verify attestation files on this machine, without a server',
        () => import('./commands/attestation-verify.js'),
      ),
    ],
  },
  {
    name: 'artifact',
    about: 'Artifacts by digest',
    verbs: [
      leaf('describe', 'Show one artifact', () => import('./commands/artifact-describe.js')),
      leaf('register', 'Register an OCI manifest or index', () => import('./commands/artifact-register.js')),
    ],
  },
  {
    name: 'environment',
    about: 'Environments: the infrastructure that runs things',
    verbs: [
      leaf('create', 'Create an Environment', () => import('./commands/environment-create.js')),
      leaf('list', 'List Environments', () => import('./commands/environment-list.js')),
      leaf('describe', 'Show one Environment', () => import('./commands/environment-describe.js')),
      leaf('update', 'Change description or type', () => import('./commands/environment-update.js')),
      leaf('archive', 'Archive an Environment', () => import('./commands/environment-archive.js')),
      leaf(
        'unarchive',
        'Take an Environment into use again',
        () => import('./commands/environment-unarchive.js'),
      ),
    ],
  },
  {
    name: 'logical-environment',
    about: 'Logical environments: the stages, for example production',
    verbs: [
      leaf(
        'create',
        'Create a logical environment',
        () => import('./commands/logical-environment-create.js'),
      ),
      leaf('list', 'List logical environments', () => import('./commands/logical-environment-list.js')),
      leaf(
        'describe',
        'Show one logical environment',
        () => import('./commands/logical-environment-describe.js'),
      ),
      leaf(
        'update',
        'Change description or attributes',
        () => import('./commands/logical-environment-update.js'),
      ),
    ],
  },
  {
    name: 'trusted-root',
    about: 'Whom attestations may be signed by',
    verbs: [
      leaf('list', 'List trusted roots', () => import('./commands/trusted-root-list.js')),
      leaf('add', 'Add a trusted root or public keys', () => import('./commands/trusted-root-add.js')),
    ],
  },
  {
    name: 'token',
    about: 'API tokens',
    verbs: [
      leaf('create', 'Create a token; the secret is shown once', () => import('./commands/token-create.js')),
      leaf('list', 'List tokens', () => import('./commands/token-list.js')),
      leaf('revoke', 'Revoke a token', () => import('./commands/token-revoke.js')),
    ],
  },
  {
    name: 'organization',
    about: 'Settings of the organization',
    verbs: [
      leaf('show', 'Show the organization and its settings', () => import('./commands/organization-show.js')),
      leaf('update', 'Change settings', () => import('./commands/organization-update.js')),
    ],
  },
  leaf('login', 'Store address and token of a server as a context', () => import('./commands/login.js')),
  {
    name: 'context',
    about: 'The servers you work with',
    verbs: [
      leaf('list', 'List contexts', () => import('./commands/context-list.js')),
      leaf('use', 'Make a context the current one', () => import('./commands/context-use.js')),
      leaf('show', 'Show which server and token are used', () => import('./commands/context-show.js')),
      leaf('delete', 'Forget a context', () => import('./commands/context-delete.js')),
    ],
  },
  leaf(
    'doctor',
    'Check configuration, connection, token, clock and versions',
    () => import('./commands/doctor.js'),
  ),
  leaf('serve', 'Run the server', () => import('./commands/serve.js')),
  leaf('demo', 'Fill the server with a small organization to look at', () => import('./commands/demo.js')),
  leaf('completion', 'Print completion for bash, zsh or fish', () => import('./commands/completion.js')),
  leaf('version', 'Print versions', () => import('./commands/version.js')),
];

export const isGroup = (entry: Group | Leaf): entry is Group => 'verbs' in entry;

/** Every command with its full name, `deployment record`. */
export const commands = (): { path: string; leaf: Leaf }[] =>
  TREE.flatMap((entry) =>
    isGroup(entry)
      ? entry.verbs.map((verb) => ({ path: `${entry.name} ${verb.name}`, leaf: verb }))
      : [{ path: entry.name, leaf: entry }],
  );
