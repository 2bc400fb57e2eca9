import { Field, ObjectType } from '@nestjs/graphql';
import { RollcallError } from '../platform/index.js';
import { JsonScalar } from './scalars.js';

@ObjectType({ description: 'A refusal that the caller can act on.' })
export class UserError {
  @Field(() => String, { description: 'One of docs/errors.md.' })
  code!: string;
  @Field(() => String, { description: 'What is wrong, for people.' })
  message!: string;
  @Field(() => [String], { nullable: true, description: 'Path of the input field; null = no single field.' })
  field!: string[] | null;
  @Field(() => String, { nullable: true, description: 'What to do about it; null = nothing to add.' })
  hint!: string | null;
  @Field(() => JsonScalar, {
    nullable: true,
    description: 'Facts for programs, for example activeDigest; null = none.',
  })
  details!: Record<string, unknown> | null;
}

export const toUserError = (error: RollcallError): UserError => ({
  code: error.code,
  message: error.message,
  field: error.detail.field ?? null,
  hint: error.detail.hint ?? null,
  details: error.detail.details ?? null,
});

/** The payload of a mutation: what `work` answers, or its refusal as `userErrors`; any other error is top-level. */
export async function payload<T extends object>(
  work: () => Promise<T>,
): Promise<T & { userErrors: UserError[] }> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (error instanceof RollcallError && error.row.place === 'userErrors')
      return { userErrors: [toUserError(error)] } as unknown as T & { userErrors: UserError[] };
    throw error;
  }
}
