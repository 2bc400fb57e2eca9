import type pg from 'pg';

/** The organization that the plans are made for; it owns a quarter of the rows. */
export const ORGANIZATION = 'org_1';
const ORGANIZATIONS = 4;
const DEPLOYMENTS = 1_000;
const RECORDS_EACH = 20;
const ARTIFACTS = 2_000;

const each = (sql: string): string => `insert into ${sql}`;

/**
 * Fills a migrated database with enough rows that a plan means something: in each of four organizations 20 places,
 * 2 000 artifacts with an attestation each, and 1 000 Deployments with 20 records, of which the last is active.
 */
export async function seedPlans(pool: pg.Pool): Promise<void> {
  const organizations = `generate_series(1, ${ORGANIZATIONS}) o`;
  const steps = [
    each(
      `organization (id, slug, name) select 'org_' || o, 'org-' || o, 'Organization ' || o from ${organizations}`,
    ),
    each(`principal (id, organization_id, type, name) select format('usr_%s_%s', o, n), 'org_' || o, 'AUTOMATION', 'p' || n
      from ${organizations}, generate_series(1, 300) n`),
    each(`api_token (id, organization_id, principal_id, name, prefix, hash, permissions)
      select format('tok_%s_%s', o, n), 'org_' || o, format('usr_%s_%s', o, n), 't', 'rollcall_', sha256(format('%s %s', o, n)::bytea), '{}'
      from ${organizations}, generate_series(1, 300) n`),
    each(`environment (id, organization_id, name) select format('env_%s_%s', o, n), 'org_' || o, 'env-' || n
      from ${organizations}, generate_series(1, 20) n`),
    each(`logical_environment (id, organization_id, name) select format('lenv_%s_%s', o, n), 'org_' || o, 'stage-' || n
      from ${organizations}, generate_series(1, 20) n`),
    each(`artifact (id, organization_id, digest, kind, evidence)
      select format('art_%s_%s', o, n), 'org_' || o, 'sha256:' || encode(sha256(n::text::bytea), 'hex'), 'CONTAINER_IMAGE', 'EXISTS'
      from ${organizations}, generate_series(1, ${ARTIFACTS}) n`),
    each(`artifact_platform (organization_id, index_id, platform_id, platform)
      select 'org_' || o, format('art_%s_%s', o, n), format('art_%s_%s', o, n + 1), 'linux/amd64'
      from ${organizations}, generate_series(1, ${ARTIFACTS - 1}, 2) n`),
    each(`artifact_ref (organization_id, artifact_id, oci_ref, resolved_at, resolved_by_id)
      select 'org_' || o, format('art_%s_%s', o, n), 'ghcr.io/acme/app-' || n, now(), format('usr_%s_1', o)
      from ${organizations}, generate_series(1, ${ARTIFACTS}) n`),
    each(`workflow (id, organization_id, name, source) select format('wfl_%s_%s', o, n), 'org_' || o, 'w' || n, 'acme/app'
      from ${organizations}, generate_series(1, 200) n`),
    each(`build_run (id, organization_id, workflow_id, identity, confirmed, mapper)
      select format('bld_%s_%s', o, n), 'org_' || o, format('wfl_%s_%s', o, n % 200 + 1), 'run ' || n, true, 'slsa'
      from ${organizations}, generate_series(1, ${ARTIFACTS}) n`),
    each(`attestation_blob (organization_id, sha256, bytes)
      select 'org_' || o, encode(sha256(n::text::bytea), 'hex'), 'x' from ${organizations}, generate_series(1, ${ARTIFACTS}) n`),
    each(`attestation (id, organization_id, blob_sha256, position, format, predicate_type, verdict, reason, verifier, verified_at,
        build_run_id, pushed_by_id)
      select format('att_%s_%s', o, n), 'org_' || o, encode(sha256(n::text::bytea), 'hex'), 0, 'dsse', 'https://slsa.dev/provenance/v1',
        'UNVERIFIED', 'NO_KEY', 'seed', now(), format('bld_%s_%s', o, n), format('usr_%s_1', o)
      from ${organizations}, generate_series(1, ${ARTIFACTS}) n`),
    each(`attestation_subject (organization_id, attestation_id, ordinal, digest)
      select 'org_' || o, format('att_%s_%s', o, n), 0, '{}' from ${organizations}, generate_series(1, ${ARTIFACTS}) n`),
    each(`attestation_artifact (organization_id, artifact_id, attestation_id)
      select 'org_' || o, format('art_%s_%s', o, n), format('att_%s_%s', o, n) from ${organizations}, generate_series(1, ${ARTIFACTS}) n`),
    each(`deployment (id, organization_id, environment_id, logical_environment_id, name, kind, seq)
      select format('dep_%s_%s', o, n), 'org_' || o, format('env_%s_%s', o, n % 20 + 1), format('lenv_%s_%s', o, n / 20 % 20 + 1),
        'shop/app-' || n, 'CONTAINER_IMAGE', ${RECORDS_EACH}
      from ${organizations}, generate_series(1, ${DEPLOYMENTS}) n`),
    each(`deployment_record (id, organization_id, deployment_id, environment_id, logical_environment_id, environment_name,
        logical_environment_name, name, kind, seq, artifact_id, digest, status, origin, deployed_at, last_seen_at, ended_at,
        reported_by_id)
      select format('rec_%s_%s', d.id, lpad(s::text, 3, '0')), d.organization_id, d.id, d.environment_id, d.logical_environment_id,
        e.name, l.name, d.name, d.kind, s, a.id, a.digest, case when s = ${RECORDS_EACH} then 'DEPLOYED' else 'SUPERSEDED' end,
        'REPORT', t.at, t.at, case when s < ${RECORDS_EACH} then t.at + interval '1 day' end,
        replace(d.organization_id, 'org_', 'usr_') || '_1'
      from deployment d
      join environment e on e.id = d.environment_id
      join logical_environment l on l.id = d.logical_environment_id
      cross join generate_series(1, ${RECORDS_EACH}) s
      join artifact a on a.id = format('art_%s_%s', replace(d.organization_id, 'org_', ''),
        (s * 97 + substring(d.name from '[0-9]+$')::int * 13) % ${ARTIFACTS} + 1)
      cross join lateral (select date_trunc('milliseconds', now() - make_interval(days => ${RECORDS_EACH} - s + 1,
        secs => substring(d.name from '[0-9]+$')::int * 37)) as at) t`),
  ];
  const indexes = await pool.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index i
     where indrelid = 'deployment_record'::regclass
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  // Made once at the end, as a restore does: a quarter of the time.
  for (const { name } of indexes.rows) await pool.query(`drop index ${name}`);
  for (const step of steps) await pool.query(step);
  for (const { definition } of indexes.rows) await pool.query(definition);
  await pool.query('vacuum analyze');
}
