// Who may import whom. Each rule says what to do instead; test/architecture proves that each of them bites.

/** From left to right: a module imports only modules to its left. */
export const MODULES = [
  'platform',
  'access',
  'audit',
  'environments',
  'projects',
  'artifacts',
  'evidence',
  'deployments',
];
const ANY = `(?:${MODULES.join('|')})`;

/** Faces beside `index.ts`: loaded by the processes that start a server, not by the modules. */
const STARTUP_FACES = '^src/platform/(embedded-postgres|migrate)\\.ts$';
/** Pure files of platform: offline verification and the command line load them without the rest of it. */
const PURE = '^src/platform/(digest|instant)\\.ts$';
/** What the command line may load beside them: offline verification, and the server for `serve`. */
const LOADED_BY_CLI = '^src/(evidence/(verify-file|reasons)|main)\\.ts$';
/** What puts the application together knows all of it. */
const WIRING = '^src/[^/]+\\.ts$';

const order = MODULES.slice(0, -1).map((module, i) => ({
  name: `order-${module}`,
  comment: `${module} stands left of ${MODULES.slice(i + 1).join(', ')} and must not know them. A module on the right adds a
    field to a type on the left with a resolver of its own, and hears of changes by reading the event log.`,
  severity: 'error',
  from: { path: `^src/${module}/` },
  to: { path: `^src/(?:${MODULES.slice(i + 1).join('|')})/` },
}));

export default {
  forbidden: [
    ...order,
    {
      name: 'face-only',
      comment:
        'Import another module through its index.ts. What is not exported there is its own business: export it, or ask whether it belongs to this module.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/cli/' },
      to: { path: `^src/${ANY}/`, pathNot: ['^src/$1/', `^src/${ANY}/index\\.ts$`, PURE] },
    },
    {
      name: 'wiring-face-only',
      comment:
        'main, embed and the app module import modules through index.ts. Only resolvers.ts lists resolvers and only entities.ts lists entities.',
      severity: 'error',
      from: { path: WIRING, pathNot: '^src/(resolvers|entities)\\.ts$' },
      to: { path: `^src/${ANY}/`, pathNot: [`^src/${ANY}/index\\.ts$`, STARTUP_FACES] },
    },
    {
      name: 'core-no-doors',
      comment:
        "The core of a module knows rules and SQL, not the API. Move what it needs out of graphql/, rest/ or cli/ into a plain file; only *.module.ts and index.ts wire the module's own graphql/ folder.",
      severity: 'error',
      from: {
        path: `^src/${ANY}/`,
        pathNot: [`^src/${ANY}/graphql/`, `^src/${ANY}/(index|[\\w-]+\\.module)\\.ts$`],
      },
      to: { path: ['^src/(graphql|rest|cli)/', `^src/${ANY}/graphql/`] },
    },
    {
      name: 'module-no-rest-or-cli',
      comment:
        'rest/ and cli/ are doors to the modules, never the other way round. Put what both need into the module.',
      severity: 'error',
      from: { path: [`^src/${ANY}/`, '^src/graphql/'] },
      to: { path: '^src/(rest|cli)/' },
    },
    {
      name: 'graphql-kit-below-modules',
      comment:
        'src/graphql is the kit that every resolver uses: it may know platform and who the actor is, nothing of the domain. Put domain fields into the graphql/ folder of their module.',
      severity: 'error',
      from: { path: '^src/graphql/' },
      to: { path: `^src/${ANY}/`, pathNot: '^src/(platform|access)/index\\.ts$' },
    },
    {
      name: 'cli-starts-fast',
      comment:
        'The command line talks to a server over HTTP. It may load the pure files that this configuration lists, and src/main.ts for `serve`; use a GraphQL operation for the rest.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/(?!cli/)', pathNot: [PURE, LOADED_BY_CLI] },
    },
    {
      name: 'modules-do-not-know-the-wiring',
      comment:
        'A module is put together by app.module.ts, main.ts and embed.ts and knows none of them. Take what is needed as a constructor argument.',
      severity: 'error',
      from: { path: '^src/(?!cli/)[^/]+/' },
      to: { path: WIRING },
    },
    {
      name: 'typeorm-for-migrations-only',
      comment:
        'TypeORM describes columns (*.entity.ts) and runs migrations. Queries go through `Database` with SQL in *.store.ts and *.queries.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.entity\\.ts$', '^src/platform/migrate\\.ts$'] },
      to: { path: '(^|/)typeorm(/|$)' },
    },
    {
      name: 'pg-in-platform-only',
      comment: "Connections are platform's. Take `Database`, `Tx` or `Queryable` from src/platform/index.ts.",
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/' },
      to: { path: 'node_modules/(@types/)?pg/' },
    },
    {
      name: 'no-run-time-circles',
      comment:
        "These files need each other at run time: one of them may see the other's exports undefined. Move what both use into a third file. (`import type` and `await import()` are no circle.)",
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    {
      name: 'no-junk-folders',
      comment:
        'Folders are named for what they hold. Put the file beside what it serves, or give the folder the noun of its content.',
      severity: 'error',
      from: {},
      to: { path: '/(utils|common|helpers|shared)/', pathNot: 'node_modules' },
    },
    {
      name: 'product-without-tests',
      comment:
        'src/ and migrations/ are what is shipped: nothing there imports tests, scripts or a development dependency. Move the code, or the package to dependencies.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^(test|scripts|bench)/' },
    },
    {
      name: 'no-development-dependencies',
      comment:
        'What is shipped must be in `dependencies`: `npm install --omit=dev` leaves devDependencies out.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'resolvable',
      comment: 'This import leads nowhere. Mend the path, or install the package.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { couldNotResolve: true, pathNot: '\\.graphql\\?raw$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
