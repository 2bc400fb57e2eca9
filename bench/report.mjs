import { writeFileSync } from 'node:fs';
import { GOALS, LINES, OTHER_RATIOS } from './results.mjs';

const FILE = new URL('RESULTS.md', import.meta.url);

const number = (value, digits) =>
  value === null
    ? ''
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const amount = (value) => number(value, value !== null && value < 100 ? 1 : 0);

function goalLine(results, { what, value, atLeast, below }) {
  const found = value(results);
  const goal = atLeast === undefined ? `< ${below}` : `≥ ${atLeast}`;
  if (found === null) return { what, found: 'not measured', goal, verdict: '–' };
  const met = atLeast === undefined ? found < below : found >= atLeast;
  return { what, found: number(found, 2), goal, verdict: met ? 'met' : 'MISSED' };
}

/** The tables of a run as Markdown; the same text is printed and written. */
export function tables(results) {
  const goals = GOALS.map((goal) => goalLine(results, goal));
  const others = OTHER_RATIOS.flatMap(({ what, value }) => {
    const found = value(results);
    return found === null ? [] : [{ what, found: number(found, 2) }];
  });
  const lines = LINES.filter(([name]) => results.has(`${name}.rate`) || results.has(`${name}.p50`));
  const cells = ([name, title]) => {
    const range = results.range(`${name}.rate`);
    const spread = range === null || range[0] === range[1] ? '' : `${amount(range[0])} – ${amount(range[1])}`;
    const of = (key) => results.median(`${name}.${key}`);
    return [
      title,
      amount(of('rate')),
      spread,
      number(of('p50'), 2),
      number(of('p99'), 2),
      number(of('serverCpu'), 2),
      number(of('generatorCpu'), 2),
    ];
  };
  return [
    '| goal | found | wanted | |',
    '|---|---:|---:|---|',
    ...goals.map(({ what, found, goal, verdict }) => `| ${what} | ${found} | ${goal} | ${verdict} |`),
    '',
    ...(others.length === 0
      ? []
      : [
          '| further ratios | found |',
          '|---|---:|',
          ...others.map(({ what, found }) => `| ${what} | ${found} |`),
          '',
        ]),
    '| medians of the rounds | a second | lowest – highest | p50 ms | p99 ms | cores: server | cores: load |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...lines.map((line) => `| ${cells(line).join(' | ')} |`),
    '',
  ].join('\n');
}

/** Writes bench/RESULTS.md. */
export function writeReport(results, machine, notes) {
  const about = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  const text = [
    '# Results of `npm run bench`',
    '',
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC. Server, load generator and PostgreSQL share the machine; the rounds alternate; ratios are of medians.`,
    'After every recording run each Deployment has exactly one active record; but for pgbench, which does not count them, the CREATED answers equal the new rows.',
    '',
    ...about,
    ...notes.map((note) => `- ${note}`),
    '',
    tables(results),
  ].join('\n');
  writeFileSync(FILE, text);
}
