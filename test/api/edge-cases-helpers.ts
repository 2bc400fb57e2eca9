import { history, type TestRegistry } from '../support/registry.js';

/** The types of the events of the Deployments with a name, in the order they happened. */
export async function eventsOf(registry: TestRegistry, name: string): Promise<string[]> {
  const { rows } = await registry.database.pool.query(
    `select e.type from event e join deployment d on d.id = e.deployment_id where d.name = $1 order by e.seq`,
    [name],
  );
  return rows.map((row) => row.type);
}

/** Every record of a name as `seq status origin`, by seq. */
export async function statusesOf(registry: TestRegistry, name: string): Promise<string[]> {
  const rows = await history(registry, registry.token, { names: [name] });
  return rows.sort((a, b) => a.seq - b.seq).map((row) => `${row.seq} ${row.status} ${row.origin}`);
}
