import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import configuration, { MODULES } from '../../.dependency-cruiser.mjs';

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'rollcall-boundaries-')))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Names of the rules that a tree of files breaks. */
async function brokenRules(files: Record<string, string>): Promise<string[]> {
  for (const [path, content] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const { tsConfig: _, ...options } = configuration.options;
  const { output } = await cruise(['src'], {
    ...(options as object),
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden: configuration.forbidden as never },
  });
  return [...new Set((output as ICruiseResult).summary.violations.map((each) => each.rule.name))].sort();
}

const uses = (path: string): string => `import { x } from '${path}';\nexport const y = x;\n`;
const GIVES = 'export const x = 1;\n';

test('what follows the plan breaks no rule', async () => {
  expect(
    await brokenRules({
      'src/platform/index.ts': GIVES,
      'src/access/index.ts': uses('../platform/index.js').replace('const y', 'const x'),
      'src/artifacts/index.ts': `export { x } from './artifact.js';\nexport { y } from './graphql/artifacts.resolver.js';\n`,
      'src/artifacts/artifact.ts': uses('../access/index.js').replace('const y', 'const x'),
      'src/artifacts/graphql/artifacts.resolver.ts': uses('../artifact.js'),
    }),
  ).toEqual([]);
});

test('every rule says what to do', () => {
  for (const rule of configuration.forbidden) expect(rule.comment.length, rule.name).toBeGreaterThan(40);
});

const BREAKS: Record<string, Record<string, string>> = {
  ...Object.fromEntries(
    MODULES.slice(0, -1).map((module, i) => [
      `order-${module}`,
      {
        [`src/${module}/index.ts`]: uses(`../${MODULES[i + 1]}/index.js`),
        [`src/${MODULES[i + 1]}/index.ts`]: GIVES,
      },
    ]),
  ),
  'face-only': { 'src/access/actor.ts': uses('../platform/database.js'), 'src/platform/database.ts': GIVES },
  'wiring-face-only': { 'src/embed.ts': uses('./access/actor.js'), 'src/access/actor.ts': GIVES },
  'core-no-doors': {
    'src/access/actor.ts': uses('./graphql/models.js'),
    'src/access/graphql/models.ts': GIVES,
  },
  'module-no-rest-or-cli': {
    'src/access/graphql/models.ts': uses('../../rest/form.js'),
    'src/rest/form.ts': GIVES,
  },
  'graphql-kit-below-modules': {
    'src/graphql/node.ts': uses('../artifacts/index.js'),
    'src/artifacts/index.ts': GIVES,
  },
  'cli-starts-fast': { 'src/cli/main.ts': uses('../artifacts/index.js'), 'src/artifacts/index.ts': GIVES },
  'modules-do-not-know-the-wiring': { 'src/access/actor.ts': uses('../embed.js'), 'src/embed.ts': GIVES },
  'typeorm-for-migrations-only': {
    'src/access/access.store.ts': uses('typeorm'),
    'node_modules/typeorm/package.json': '{"name":"typeorm","main":"index.js"}',
    'node_modules/typeorm/index.js': GIVES,
  },
  'pg-in-platform-only': {
    'src/access/access.store.ts': uses('pg'),
    'node_modules/pg/package.json': '{"name":"pg","main":"index.js"}',
    'node_modules/pg/index.js': GIVES,
  },
  'no-run-time-circles': {
    'src/access/a.ts': `import { y } from './b.js';\nexport const x = () => y;\n`,
    'src/access/b.ts': uses('./a.js'),
  },
  'no-junk-folders': { 'src/access/actor.ts': uses('./utils/text.js'), 'src/access/utils/text.ts': GIVES },
  'product-without-tests': { 'src/access/actor.ts': uses('../../test/seed.js'), 'test/seed.ts': GIVES },
  'no-development-dependencies': {
    'package.json': '{"type":"module","devDependencies":{"vitest":"1.0.0"}}',
    'src/access/actor.ts': uses('vitest'),
    'node_modules/vitest/package.json': '{"name":"vitest","main":"index.js"}',
    'node_modules/vitest/index.js': GIVES,
  },
  resolvable: { 'src/access/actor.ts': uses('./nowhere.js') },
};

test.each(Object.entries(BREAKS))('rule %s bites', async (rule, files) => {
  expect(await brokenRules(files)).toContain(rule);
});

test('every rule has a tree that breaks it', () => {
  expect(Object.keys(BREAKS).sort()).toEqual(configuration.forbidden.map((rule) => rule.name).sort());
});
