import type { Database } from '../platform/index.js';
import type { DeploymentRecord } from './deployment.js';
import { RECORD_COLUMNS } from './deployments.store.js';
import type { RecordRequest } from './record-request.js';

export interface RefreshItem {
  request: RecordRequest;
  /** How many callers share it. */
  times: number;
  /** What the names and the digest stood for when they were last resolved. */
  deploymentId: string;
  artifactId: string;
}

/**
 * The hot path: one statement refreshes the active records of a batch (step 5.1 of 9.2) and answers those it found, by
 * position. Ids come from earlier calls; that they still stand for the same names, that both places are ACTIVE and that
 * the artifact is attested is checked by the statement itself. Whatever it does not find is for the full algorithm.
 * Rows are locked in id order, so that batches of several servers never deadlock. Each check is one probe of a primary
 * key: as joins they gave the planner room for a plan 100 times slower while the tables had no statistics yet.
 */
export const REFRESH = `
with i as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::int[]) with ordinality
    as t(deployment_id, artifact_id, environment, logical_environment, observed_at, times, ord)
), hit as materialized (
  select r.id, i.ord, i.times, r.last_seen_at as seen_before, least(coalesce(i.observed_at, now()), now()) as at
  from i join deployment_record r on r.deployment_id = i.deployment_id and r.status = 'DEPLOYED'
  where (r.artifact_id = i.artifact_id or exists (select from artifact_platform p where p.organization_id = r.organization_id
      and p.index_id = r.artifact_id and p.platform_id = i.artifact_id))
    and (select e.state = 'ACTIVE' and e.name = i.environment from environment e where e.id = r.environment_id)
    and (select l.state = 'ACTIVE' and l.name = i.logical_environment from logical_environment l
      where l.id = r.logical_environment_id)
    and (select not o.require_attestation or (select a.evidence = 'VERIFIED'
        or a.evidence = 'EXISTS' and o.attestation_requirement = 'EXISTS' from artifact a where a.id = i.artifact_id)
      from organization o where o.id = r.organization_id)
    and (i.observed_at is null or i.observed_at <= now() + interval '5 minutes')
  order by r.id for no key update of r
)
update deployment_record r
set last_seen_at = greatest(r.last_seen_at, date_trunc('milliseconds', hit.at)), seen_count = r.seen_count + hit.times
from hit where r.id = hit.id
returning hit.ord, r.last_seen_at > hit.seen_before as moved, ${RECORD_COLUMNS}`;

/** In no order; an item without a row was not refreshed. `moved`: `lastSeenAt` grew. */
export function refresh(
  db: Database,
  items: RefreshItem[],
): Promise<(DeploymentRecord & { ord: number; moved: boolean })[]> {
  return db.query('refresh', REFRESH, [
    items.map((item) => item.deploymentId),
    items.map((item) => item.artifactId),
    items.map((item) => item.request.environment),
    items.map((item) => item.request.logicalEnvironment),
    items.map((item) => item.request.observedAt),
    items.map((item) => item.times),
  ]);
}
