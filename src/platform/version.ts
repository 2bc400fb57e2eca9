import { readFileSync } from 'node:fs';

const here = import.meta.url;
const root = new URL(here.includes('/dist/src/') ? '../../../package.json' : '../../package.json', here);

/** The version of this program. */
export const VERSION: string = (JSON.parse(readFileSync(root, 'utf8')) as { version: string }).version;
