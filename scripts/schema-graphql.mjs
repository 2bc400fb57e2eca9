// Writes graphql/schema.graphql from the classes; `--check` compares instead. Needs a build.
import { schemaText } from '../dist/src/print-schema.js';
import { writeOrCheck } from './write-or-check.mjs';

await writeOrCheck('graphql/schema.graphql', await schemaText(), 'npm run schema');
