import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import type { Page, PageArgs } from '../platform/index.js';

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean) hasNextPage!: boolean;
  @Field(() => Boolean, { description: 'True when the page was asked for with a cursor.' })
  hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true, description: 'null = the page is empty.' }) startCursor!:
    string | null;
  @Field(() => String, { nullable: true, description: 'Give it as `after`; null = the page is empty.' })
  endCursor!: string | null;
}

@ArgsType()
export class ConnectionArgs implements PageArgs {
  @Field(() => Int, { nullable: true, description: 'How many, 1 to 500; default 50.' }) first?: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'The endCursor of the page before; null = from the start.',
  })
  after?: string | null;
}

/** The Relay connection of a type: `XConnection` with `nodes`, `edges`, `pageInfo` and a lazy `totalCount`. */
export function connectionOf<T>(node: Type<T>): Type<Page<T>> {
  @ObjectType(`${node.name}Edge`)
  class Edge {
    @Field(() => String) cursor!: string;
    @Field(() => node) node!: T;
  }
  @ObjectType(`${node.name}Connection`)
  class Connection {
    @Field(() => [node], { description: 'The page, without cursors.' }) nodes!: T[];
    @Field(() => [Edge]) edges!: Edge[];
    @Field(() => PageInfo) pageInfo!: PageInfo;
    @Field(() => Int, { description: 'Of the whole list; counted only when asked for.' })
    totalCount!: () => Promise<number>;
  }
  return Connection as unknown as Type<Page<T>>;
}
