/** Collects what the rounds found and answers medians. */
export class Results {
  #values = new Map();

  keep(found) {
    for (const [name, value] of Object.entries(found)) {
      if (value === null || value === undefined || Number.isNaN(value)) continue;
      if (!this.#values.has(name)) this.#values.set(name, []);
      this.#values.get(name).push(value);
    }
  }

  has = (name) => this.#values.has(name);

  /** null = it was not measured. */
  median(name) {
    const values = [...(this.#values.get(name) ?? [])].sort((a, b) => a - b);
    if (values.length === 0) return null;
    const middle = values.length >> 1;
    return values.length % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /** [lowest, highest] of the rounds. */
  range(name) {
    const values = this.#values.get(name) ?? [];
    return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
  }
}

const ratioOf = (above, below) => (results) => {
  const [a, b] = [results.median(above), results.median(below)];
  return a === null || b === null ? null : a / b;
};

/** What must hold. `atLeast` or `below` bounds the value; every ratio is of medians within one run. */
export const GOALS = [
  {
    what: 'single records over GraphQL and HTTP ÷ pgbench, one statement a record, same tables',
    value: ratioOf('single.rate', 'pgbench.rate'),
    atLeast: 1,
  },
  {
    what: 'single records ÷ TypeORM behind the same HTTP and GraphQL',
    value: ratioOf('single.rate', 'typeorm.rate'),
    atLeast: 7,
  },
  { what: 'single records ÷ PostGraphile 5', value: ratioOf('single.rate', 'postgraphile.rate'), atLeast: 4 },
  { what: 'records in bulk calls of 100 ÷ pgbench', value: ratioOf('bulk.rate', 'pgbench.rate'), atLeast: 4 },
  {
    what: 'p99 of single records at 64 callers, ms',
    value: (results) => results.median('single.p99'),
    below: 15,
  },
  {
    what: 'list of 100 of 10,000 ÷ PostGraphile 5',
    value: ratioOf('list.rate', 'postgraphileList.rate'),
    atLeast: 2,
  },
  {
    what: 'deep history page: time in the large table ÷ small table',
    value: ratioOf('historyLarge.p50', 'historySmall.p50'),
    below: 1.3,
  },
  {
    what: '`rollcall deployment record` ÷ an empty Node.js process',
    value: ratioOf('cli.p50', 'node.p50'),
    below: 2.5,
  },
];

/** Told beside the goals. */
export const OTHER_RATIOS = [
  {
    what: 'single records ÷ pgbench on one lean table without any rule',
    value: ratioOf('single.rate', 'pgbenchLean.rate'),
  },
  {
    what: 'single records over HTTP ÷ TypeORM without HTTP',
    value: ratioOf('single.rate', 'typeormRaw.rate'),
  },
  {
    what: 'deep history page: pages a second at 16 callers, large ÷ small table',
    value: ratioOf('historyLarge.rate', 'historySmall.rate'),
  },
  {
    what: 'p99 of recording while 200 bundles are pushed ÷ without',
    value: ratioOf('recordWhilePushing.p99', 'recordCalm.p99'),
  },
];

/** What is printed, in this order: [name in the results, title]. */
export const LINES = [
  ['single', 'recordDeployment, 64 callers'],
  ['bulk', 'recordDeployments, 100 a call, 16 callers (p50, p99 of a call)'],
  ['pgbench', 'pgbench: one function call a record on the same tables, -c 64'],
  ['pgbenchLean', 'pgbench: one CTE statement on one lean table, -c 64'],
  ['typeorm', 'TypeORM behind the same HTTP and GraphQL'],
  ['typeormRaw', 'TypeORM without HTTP'],
  ['postgraphile', 'PostGraphile 5, the function as a mutation'],
  ['open2000', 'recordDeployment, open loop, 2,000/s'],
  ['open4000', 'recordDeployment, open loop, 4,000/s'],
  ['list', 'list of 100 of 10,000'],
  ['postgraphileList', 'PostGraphile 5: list of 100 of 10,000'],
  ['historySmall', 'history page at 90 % depth, small table (p50: one caller)'],
  ['historyLarge', 'history page at 90 % depth, large table (p50: one caller)'],
  ['cli', 'rollcall deployment record, a process each'],
  ['node', 'node -e 0'],
  ['verification', 'attestations pushed and verified, 4 callers'],
  ['recordCalm', 'recordDeployment, open loop, 1,000/s'],
  ['recordWhilePushing', 'the same while 200 bundles are pushed'],
];
