import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/** Names of the fields asked for, each with what is asked for below it. Aliases and fragments are seen through. */
export type Requested = Map<string, Requested>;

const known = new WeakMap<FieldNode, Requested>();

/** What a query asks of the field that is being resolved; more than it gets where `@skip` or `@include` leave some out. */
export function requestedFields(info: GraphQLResolveInfo): Requested {
  const [first] = info.fieldNodes;
  const found = first && info.fieldNodes.length === 1 ? known.get(first) : undefined;
  if (found) return found;
  const requested: Requested = new Map();
  for (const node of info.fieldNodes) if (node.selectionSet) collect(info, node.selectionSet, requested);
  if (first && info.fieldNodes.length === 1) known.set(first, requested);
  return requested;
}

/** What a connection is asked for of its nodes, through `nodes` and through `edges`. */
export function requestedOfNodes(info: GraphQLResolveInfo): Requested {
  const connection = requestedFields(info);
  const nodes: Requested = new Map();
  for (const part of [connection.get('nodes'), connection.get('edges')?.get('node')])
    if (part) merge(nodes, part);
  return nodes;
}

function collect(info: GraphQLResolveInfo, selections: SelectionSetNode, into: Requested): void {
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      let below = into.get(name);
      if (!below) into.set(name, (below = new Map()));
      if (selection.selectionSet) collect(info, selection.selectionSet, below);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(info, selection.selectionSet, into);
    else {
      const fragment = info.fragments[selection.name.value];
      if (fragment) collect(info, fragment.selectionSet, into);
    }
  }
}

function merge(into: Requested, from: Requested): void {
  for (const [name, below] of from) {
    const existing = into.get(name);
    if (existing) merge(existing, below);
    else into.set(name, new Map(below));
  }
}
