import DataLoader from 'dataloader';
import type { FastifyRequest } from 'fastify';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor } from '../access/index.js';

/** What a resolver may know of the request. */
export interface RequestContext {
  actor: Actor;
  req?: FastifyRequest;
  loaders: Map<unknown, DataLoader<string, unknown>>;
}

export const createContext = (actor: Actor): RequestContext => ({ actor, loaders: new Map() });

const contextOf = (host: ExecutionContext): RequestContext => host.getArgByIndex<RequestContext>(2);

/** The caller, as the door authenticated it. */
export const CurrentActor = createParamDecorator(
  (_: unknown, host: ExecutionContext): Actor => contextOf(host).actor,
);

/** The request's context, for loaders. */
export const Context = createParamDecorator((_: unknown, host: ExecutionContext): RequestContext =>
  contextOf(host),
);

/**
 * Loads one of many by id: the loads of one request that come together are one call of `batch`, which answers in the
 * order of the ids. `batch` must be the same function every time, so it names the loader.
 */
export function load<T>(
  context: RequestContext,
  batch: (actor: Actor, ids: readonly string[]) => Promise<T[]>,
  owner: object,
  id: string,
): Promise<T> {
  let loader = context.loaders.get(batch) as DataLoader<string, T> | undefined;
  if (!loader) {
    loader = new DataLoader<string, T>((ids) => batch.call(owner, context.actor, ids));
    context.loaders.set(batch, loader as DataLoader<string, unknown>);
  }
  return loader.load(id);
}
