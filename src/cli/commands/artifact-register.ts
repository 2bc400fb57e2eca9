import document from '../../../graphql/operations/cli/register-artifact.graphql?raw';
import { kindOption } from '../artifact-options.js';
import { defineCommand } from '../command.js';
import { readInput } from '../files.js';
import { readStdin } from '../io.js';
import { mutate } from '../mutate.js';

interface Registered {
  id: string;
  digest: string;
  kind: string | null;
  name: string | null;
  version: string | null;
  evidence: string;
  platforms: { digest: string }[];
}

const LIMIT = 8 * 1024 * 1024;

export const command = defineCommand({
  about: 'Register an OCI manifest or index',
  details: `The digest is computed from the bytes. An index makes its platform manifests known too, so that a cluster which
reports a platform's digest refreshes what was recorded with the index's.`,
  args: [{ name: 'FILE', about: 'the manifest as the registry serves it; - is standard input' }],
  options: {
    kind: { type: 'string', value: 'KIND', about: 'kind of the artifact, when the manifest does not tell' },
    'oci-ref': { type: 'string', value: 'REF', about: 'the reference it was fetched by', here: true },
    name: { type: 'string', value: 'NAME', about: 'its name, for people', here: true },
    version: { type: 'string', value: 'VERSION', about: 'its version, for people', here: true },
  },
  examples: [
    'crane manifest ghcr.io/acme/app:1.4.2 | rollcall artifact register - --oci-ref ghcr.io/acme/app:1.4.2',
  ],
  async run({ args: [file = ''], flags, client, print, io }) {
    const bytes = file === '-' ? await readStdin(io, LIMIT) : readInput(file);
    const input = {
      manifest: bytes.toString('base64'),
      kind: flags.kind === undefined ? undefined : kindOption(flags.kind),
      ociRef: flags['oci-ref'],
      name: flags.name,
      version: flags.version,
    };
    const { artifact } = await mutate<{ artifact: Registered }>(await client(), document, input);
    await print.one(
      artifact,
      [
        { title: 'Digest', value: ({ digest }) => digest },
        { title: 'Kind', value: ({ kind }) => kind },
        { title: 'Name', value: ({ name }) => name },
        { title: 'Version', value: ({ version }) => version },
        { title: 'Evidence', value: ({ evidence }) => evidence, as: 'status' },
        {
          title: 'Platforms',
          value: ({ platforms }) => platforms.map(({ digest }) => digest).join(', ') || null,
        },
        { title: 'Id', value: ({ id }) => id },
      ],
      ({ digest }) => digest,
    );
  },
});
