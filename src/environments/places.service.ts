import { Inject, Injectable } from '@nestjs/common';
import { auditEvent, mutate, require, type Actor, type Reporter } from '../access/index.js';
import {
  appendEvents,
  checkLists,
  Database,
  readPage,
  RollcallError,
  toPage,
  type Page,
  type PageArgs,
  type Queryable,
  type Tx,
} from '../platform/index.js';
import {
  checkDescription,
  checkEnvironmentName,
  DEFAULT_ENVIRONMENT,
  type Environment,
  type EnvironmentState,
  type EnvironmentType,
} from './environment.js';
import {
  checkAttributes,
  checkLogicalEnvironmentName,
  FIRST_LOGICAL_ENVIRONMENTS,
  type LogicalEnvironment,
  type LogicalEnvironmentState,
} from './logical-environment.js';
import * as queries from './places.queries.js';
import * as store from './places.store.js';
import { similarNames } from './similar.js';

/** Environments (infrastructure) and LogicalEnvironments (stages). */
@Injectable()
export class PlacesService {
  constructor(@Inject(Database) private readonly db: Database) {}

  /** What every organization has from the start (H46); in the transaction that makes the organization. */
  async seed(tx: Tx, organizationId: string): Promise<void> {
    await store.insertEnvironment(tx, organizationId, {
      name: DEFAULT_ENVIRONMENT,
      type: 'CUSTOM',
      description: 'Used wherever no Environment is named.',
      builtIn: true,
    });
    for (const name of FIRST_LOGICAL_ENVIRONMENTS)
      await store.insertLogicalEnvironment(tx, organizationId, { name, description: null, attributes: {} });
  }

  createEnvironment(
    actor: Actor,
    input: { name: string; type: EnvironmentType; description: string | null },
  ): Promise<Environment> {
    require(actor, 'environment.manage');
    checkEnvironmentName(input.name);
    checkDescription(input.description);
    return mutate(this.db, actor, 'createEnvironment', input, async (tx) => {
      const environment = await store.insertEnvironment(tx, actor.organizationId, input);
      if (!environment) throw await this.nameTaken(tx, actor, input.name);
      await appendEvents(tx, [
        auditEvent(actor, 'ENVIRONMENT_CREATED', environment.id, { after: environment }),
      ]);
      return environment;
    });
  }

  /** Undefined fields stay as they are; a null description is removed. */
  updateEnvironment(
    actor: Actor,
    input: { name: string; description?: string | null; type?: EnvironmentType | null },
  ): Promise<Environment> {
    require(actor, 'environment.manage');
    checkDescription(input.description);
    return this.changeEnvironment(actor, 'updateEnvironment', input, 'ENVIRONMENT_UPDATED', (tx, before) =>
      store.updateEnvironment(tx, before.id, input),
    );
  }

  /**
   * Archives an Environment in the caller's transaction; its name stays taken. The module that knows what runs there
   * has made sure that nothing does, under the row lock that `lockEnvironment` took.
   */
  async archive(tx: Tx, actor: Actor, before: Environment): Promise<Environment> {
    if (before.builtIn)
      throw new RollcallError(
        'ENVIRONMENT_BUILT_IN',
        'the Environment default is always there and cannot be archived',
      );
    if (before.state === 'ARCHIVED') return before;
    const after = await store.setEnvironmentState(tx, before.id, 'ARCHIVED');
    await appendEvents(tx, [auditEvent(actor, 'ENVIRONMENT_ARCHIVED', before.id, { before, after })]);
    return after;
  }

  async lockEnvironment(tx: Tx, actor: Actor, name: string): Promise<Environment> {
    const environment = await store.findEnvironment(tx, actor.organizationId, name, 'for update');
    return environment ?? Promise.reject(await this.environmentNotFound(tx, actor.organizationId, name));
  }

  /** The only way back from ARCHIVED. An Environment that is not archived is returned as it is. */
  unarchiveEnvironment(actor: Actor, name: string): Promise<Environment> {
    require(actor, 'environment.manage');
    return this.changeEnvironment(
      actor,
      'unarchiveEnvironment',
      { name },
      'ENVIRONMENT_UNARCHIVED',
      (tx, before) => (before.state === 'ACTIVE' ? null : store.setEnvironmentState(tx, before.id, 'ACTIVE')),
    );
  }

  createLogicalEnvironment(
    actor: Actor,
    input: { name: string; description: string | null; attributes: Record<string, string> },
  ): Promise<LogicalEnvironment> {
    require(actor, 'logicalEnvironment.manage');
    checkLogicalEnvironmentName(input.name);
    checkDescription(input.description);
    checkAttributes(input.attributes);
    return mutate(this.db, actor, 'createLogicalEnvironment', input, async (tx) => {
      const created = await this.addLogicalEnvironment(tx, actor, input);
      if (created) return created;
      throw new RollcallError(
        'LOGICAL_ENVIRONMENT_EXISTS',
        `the LogicalEnvironment ${quoted(input.name)} exists`,
        {
          field: ['name'],
        },
      );
    });
  }

  /** Undefined fields stay as they are; attributes are replaced as a whole. */
  updateLogicalEnvironment(
    actor: Actor,
    input: { name: string; description?: string | null; attributes?: Record<string, string> | null },
  ): Promise<LogicalEnvironment> {
    require(actor, 'logicalEnvironment.manage');
    checkDescription(input.description);
    if (input.attributes) checkAttributes(input.attributes);
    return mutate(this.db, actor, 'updateLogicalEnvironment', input, async (tx) => {
      const before = await store.findLogicalEnvironment(tx, actor.organizationId, input.name, 'for update');
      if (!before) throw this.logicalEnvironmentNotFound(input.name);
      const after = await store.updateLogicalEnvironment(tx, before.id, input);
      await appendEvents(tx, [auditEvent(actor, 'LOGICAL_ENVIRONMENT_UPDATED', after.id, { before, after })]);
      return after;
    });
  }

  async environments(
    actor: Actor,
    filter: { states?: EnvironmentState[] | null; names?: string[] | null },
    args: PageArgs,
  ): Promise<Page<Environment>> {
    require(actor, 'environment.read');
    checkLists(filter);
    const page = readPage<[string]>(args, 1);
    const wanted = {
      states: filter.states ?? (['ACTIVE'] as EnvironmentState[]),
      names: filter.names ?? null,
    };
    const rows = await queries.listEnvironments(
      this.db,
      actor.organizationId,
      wanted,
      page.after?.[0] ?? null,
      page.limit,
    );
    return toPage(
      rows,
      page,
      (row) => [row.name],
      () => queries.countEnvironments(this.db, actor.organizationId, wanted),
    );
  }

  async logicalEnvironments(
    actor: Actor,
    filter: { states?: LogicalEnvironmentState[] | null; names?: string[] | null },
    args: PageArgs,
  ): Promise<Page<LogicalEnvironment>> {
    require(actor, 'logicalEnvironment.read');
    checkLists(filter);
    const page = readPage<[string, string]>(args, 2);
    const wanted = {
      states: filter.states ?? (['ACTIVE', 'DELETING'] as LogicalEnvironmentState[]),
      names: filter.names ?? null,
    };
    const rows = await queries.listLogicalEnvironments(
      this.db,
      actor.organizationId,
      wanted,
      page.after,
      page.limit,
    );
    return toPage(
      rows,
      page,
      (row) => [row.name, row.id],
      () => queries.countLogicalEnvironments(this.db, actor.organizationId, wanted),
    );
  }

  /** null when there is none, or the actor may not see it. */
  async environment(actor: Actor, name: string): Promise<Environment | null> {
    require(actor, 'environment.read');
    return store.findEnvironment(this.db.pool, actor.organizationId, name);
  }

  async logicalEnvironment(actor: Actor, name: string): Promise<LogicalEnvironment | null> {
    require(actor, 'logicalEnvironment.read');
    return store.findLogicalEnvironment(this.db.pool, actor.organizationId, name);
  }

  /** Ids for a filter by name, archived Environments too; unknown names are left out. Needs no key of its own. */
  async environmentIds(actor: Actor, names: string[]): Promise<string[]> {
    const filter = { states: ['ACTIVE', 'ARCHIVED'] as EnvironmentState[], names };
    return (await queries.listEnvironments(this.db, actor.organizationId, filter, null, names.length)).map(
      (row) => row.id,
    );
  }

  /** Ids of the LogicalEnvironments with these names; unknown names are left out. */
  async logicalEnvironmentIds(actor: Actor, names: string[]): Promise<string[]> {
    const filter = { states: ['ACTIVE', 'DELETING'] as LogicalEnvironmentState[], names };
    const rows = await queries.listLogicalEnvironments(
      this.db,
      actor.organizationId,
      filter,
      null,
      names.length,
    );
    return rows.map((row) => row.id);
  }

  async environmentById(actor: Actor, id: string): Promise<Environment | null> {
    require(actor, 'environment.read');
    return (await this.linkedEnvironments(actor, [id]))[0] ?? null;
  }

  async logicalEnvironmentById(actor: Actor, id: string): Promise<LogicalEnvironment | null> {
    require(actor, 'logicalEnvironment.read');
    return (await this.linkedLogicalEnvironments(actor, [id]))[0] ?? null;
  }

  /** Where Deployments stand, in the order of `ids`. Who may see the Deployment needs no key for it. */
  async linkedEnvironments(actor: Actor, ids: readonly string[]): Promise<(Environment | null)[]> {
    const rows = new Map(
      (await queries.findEnvironments(this.db, actor.organizationId, ids)).map((row) => [row.id, row]),
    );
    return ids.map((id) => rows.get(id) ?? null);
  }

  /** The same for LogicalEnvironments. */
  async linkedLogicalEnvironments(
    actor: Actor,
    ids: readonly string[],
  ): Promise<(LogicalEnvironment | null)[]> {
    const found = await queries.findLogicalEnvironments(this.db, actor.organizationId, ids);
    const rows = new Map(found.map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  }

  /** Creates an Environment that a record names (9.1, `createEnvironments`); does nothing when it came into being. */
  async ensureEnvironment(tx: Tx, actor: Reporter, name: string): Promise<void> {
    const created = await store.insertEnvironment(tx, actor.organizationId, {
      name,
      type: 'CUSTOM',
      description: null,
    });
    if (created)
      await appendEvents(tx, [
        auditEvent(actor, 'ENVIRONMENT_CREATED', created.id, { after: created, implicit: true }),
      ]);
  }

  /** Creates a LogicalEnvironment that a record names (9.1); does nothing when it came into being meanwhile. */
  async ensureLogicalEnvironment(tx: Tx, actor: Reporter, name: string): Promise<void> {
    await this.addLogicalEnvironment(
      tx,
      actor,
      { name, description: null, attributes: {} },
      { implicit: true },
    );
  }

  /** The refusal for an unknown Environment, with what the caller may have meant (9.1, reading 1). */
  async environmentNotFound(db: Queryable, organizationId: string, name: string): Promise<RollcallError> {
    const stage = await store.findLogicalEnvironment(db, organizationId, name.replaceAll('\0', ''));
    const all = await queries.listEnvironments(
      this.db,
      organizationId,
      { states: ['ACTIVE'], names: null },
      null,
      500,
    );
    const similar = similarNames(
      name,
      all.map((environment) => environment.name),
    );
    const hint = stage
      ? `did you mean \`--logical-env ${name}\`? ${quoted(name)} is a LogicalEnvironment`
      : similar.length > 0
        ? `did you mean ${similar.map(quoted).join(' or ')}?`
        : `create it first: \`rollcall environment create --name ${name}\``;
    return new RollcallError('ENVIRONMENT_NOT_FOUND', `there is no Environment ${quoted(name)}`, {
      field: ['environment'],
      hint,
      details: { similar, ...(stage ? { logicalEnvironment: name } : {}) },
    });
  }

  logicalEnvironmentNotFound(name: string): RollcallError {
    return new RollcallError(
      'LOGICAL_ENVIRONMENT_NOT_FOUND',
      `there is no LogicalEnvironment ${quoted(name)}`,
      {
        field: ['logicalEnvironment'],
        hint: 'create it first: `rollcall logical-environment create --name NAME`',
      },
    );
  }

  private async addLogicalEnvironment(
    tx: Tx,
    actor: Reporter,
    input: { name: string; description: string | null; attributes: Record<string, string> },
    more: Record<string, unknown> = {},
  ): Promise<LogicalEnvironment | null> {
    const created = await store.insertLogicalEnvironment(tx, actor.organizationId, input);
    if (!created) return null;
    const namesake = await store.findDeletedNamesake(tx, actor.organizationId, input.name);
    await appendEvents(tx, [
      auditEvent(actor, 'LOGICAL_ENVIRONMENT_CREATED', created.id, {
        after: created,
        ...more,
        ...(namesake ? { nameHadBy: namesake } : {}),
      }),
    ]);
    return created;
  }

  /** Changes an Environment under its row lock; a change that answers null changed nothing and leaves no audit row. */
  private changeEnvironment(
    actor: Actor,
    operation: string,
    input: { name: string },
    event: string,
    change: (tx: Tx, before: Environment) => Promise<Environment> | null,
  ): Promise<Environment> {
    return mutate(this.db, actor, operation, input, async (tx) => {
      const before = await this.lockEnvironment(tx, actor, input.name);
      const after = await change(tx, before);
      if (!after) return before;
      await appendEvents(tx, [auditEvent(actor, event, before.id, { before, after })]);
      return after;
    });
  }

  private async nameTaken(tx: Tx, actor: Actor, name: string): Promise<RollcallError> {
    const holder = await store.findEnvironment(tx, actor.organizationId, name);
    return new RollcallError('ENVIRONMENT_EXISTS', `the Environment ${quoted(name)} exists`, {
      field: ['name'],
      ...(holder?.state === 'ARCHIVED'
        ? { hint: `it is archived: \`rollcall environment unarchive ${name}\`` }
        : {}),
    });
  }
}

const quoted = (name: string): string => JSON.stringify(name);
