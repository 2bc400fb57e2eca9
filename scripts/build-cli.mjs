// Bundles the command line into dist/cli. `src/main.ts` (the server) and `src/evidence` (offline verification) stay outside: they are loaded from dist/src.
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { basename, resolve } from 'node:path';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `import text from './x.graphql?raw'`: the file's text, without what only people need. */
const graphqlText = {
  name: 'graphql-text',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.graphql\?raw$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace(/\?raw$/, '')),
      namespace: 'graphql-text',
    }));
    onLoad({ filter: /.*/, namespace: 'graphql-text' }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/\s+/g, ' ').trim(),
      loader: 'text',
      watchFiles: [path],
    }));
  },
};

/** Parts that are compiled beside the bundle rather than into it. */
const compiledBeside = {
  name: 'compiled-beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/\.\.\/(main|evidence\/[a-z-]+)\.js$/ }, ({ path }) => ({
      path: path.replace('../../', '../src/'),
      external: true,
    }));
  },
};

/** What the first file imports on demand; each becomes an entry of the second build. */
const onDemand = (found) => ({
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const source = resolve(resolveDir, path.replace(/\.js$/, '.ts'));
      found.add(source);
      return { path: `./${basename(source, '.ts')}.js`, external: true };
    });
  },
});

/**
 * Two builds. rollcall.js holds all that `deployment record` needs in one file, because it is a process per heartbeat
 * and every further file costs a module to resolve and compile. The other commands share split files.
 * Medians of 41 starts against a server on the same machine, Node 24, 2 cores, `node -e 0` = 42 ms: two builds 72 ms,
 * everything in one file 93 ms, everything split 97 ms; V8's compile cache gains nothing over the first.
 */
export async function buildCli(outdir = resolve(root, 'dist/cli')) {
  const { version } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8'));
  const options = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    treeShaking: true,
    minify: true,
    legalComments: 'none',
    define: { __ROLLCALL_VERSION__: JSON.stringify(version) },
    // The ESM build of yaml: its CommonJS one would need a `require`.
    alias: { yaml: resolve(root, 'node_modules/yaml/browser/index.js') },
    logLevel: 'warning',
  };
  await rm(outdir, { recursive: true, force: true });
  const found = new Set();
  await build({ ...options, entryPoints: ['src/cli/rollcall.ts'], plugins: [graphqlText, onDemand(found)] });
  await build({
    ...options,
    entryPoints: [...found, resolve(root, 'src/cli/reference.ts')],
    entryNames: '[name]',
    splitting: true,
    plugins: [graphqlText, compiledBeside],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildCli();
