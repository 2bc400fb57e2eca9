/** What the database holds against what callers were told; each finding is a sentence, none = all is well. */
export async function check(client, load) {
  const findings = [];
  const { rows } = await client.query('select id, digest, seq, seen_count as seen from deployment_record');
  const stored = new Map(rows.map((row) => [row.id, row]));
  for (const [id, told] of load.acknowledged) {
    const row = stored.get(id);
    if (!row) findings.push(`${id} (seq ${told.seq}) was acknowledged and is not there`);
    else if (row.digest !== told.digest || row.seq !== told.seq)
      findings.push(`${id} is not what was acknowledged`);
    else if (row.seen < told.seen)
      findings.push(`${id} was seen ${row.seen} times, ${told.seen} were acknowledged`);
  }
  const reports = await client.query(
    `select count(*)::int as count from deployment_record where origin = 'REPORT'`,
  );
  if (reports.rows[0].count < load.created)
    findings.push(`${load.created} were created, ${reports.rows[0].count} are there`);
  for (const [sentence, query] of Object.entries(NEVER)) {
    const { rowCount } = await client.query(query);
    if (rowCount > 0) findings.push(`${rowCount} × ${sentence}`);
  }
  return findings;
}

const NEVER = {
  'a Deployment with two active records': `
    select deployment_id from (select deployment_id, status || '' as status from deployment_record) r
    where status = 'DEPLOYED' group by 1 having count(*) > 1`,
  'a Deployment whose numbers have a gap': `
    select d.id from deployment d join deployment_record r on r.deployment_id = d.id
    group by d.id having d.seq <> count(*) or d.seq <> max(r.seq)`,
  'a superseded record without the one that took its place': `
    select r.id from deployment_record r left join deployment_record s on s.id = r.superseded_by_id
    where r.status = 'SUPERSEDED' and r.origin = 'REPORT' and (s.id is null or s.deployed_at <> r.ended_at)`,
  'a record without its event': `
    select r.id from deployment_record r where not exists (select from event e where e.record_id = r.id)`,
  'an event without its record': `
    select e.id from event e where e.record_id is not null
      and not exists (select from deployment_record r where r.id = e.record_id)`,
};

/** Prints rows of equal keys as a table. */
export function printTable(rows) {
  const heads = Object.keys(rows[0]);
  const widths = heads.map((head) => Math.max(head.length, ...rows.map((row) => String(row[head]).length)));
  const line = (cells) => console.log(cells.map((cell, i) => String(cell).padStart(widths[i])).join('  '));
  line(heads);
  for (const row of rows) line(heads.map((head) => row[head]));
}
