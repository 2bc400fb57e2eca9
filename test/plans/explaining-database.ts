import { Database } from '../../src/platform/index.js';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  Plans?: PlanNode[];
}

/** What a statement's plan uses. */
export interface Plan {
  indexes: string[];
  /** Tables that are read from end to end. */
  scanned: string[];
  sorts: boolean;
  /** The most rows that any step took in. */
  mostRows: number;
}

/** A Database that keeps the plan of each statement it ran. */
export class ExplainingDatabase extends Database {
  readonly plans: Plan[] = [];

  override async query<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const { rows } = await this.pool.query({
      text: `explain (analyze, timing off, format json) ${text}`,
      values,
    });
    this.plans.push(planOf((rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan));
    return super.query<Row>(name, text, values);
  }
}

function planOf(root: PlanNode): Plan {
  const plan: Plan = { indexes: [], scanned: [], sorts: false, mostRows: 0 };
  const visit = (node: PlanNode): void => {
    if (node['Index Name']) plan.indexes.push(node['Index Name']);
    if (node['Node Type'] === 'Seq Scan') plan.scanned.push(node['Relation Name'] ?? '');
    if (node['Node Type'].endsWith('Sort')) plan.sorts = true;
    plan.mostRows = Math.max(plan.mostRows, node['Actual Rows'] ?? 0);
    node.Plans?.forEach(visit);
  };
  visit(root);
  return plan;
}
