import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsBase64, IsInt, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { ArtifactKindEnum, type ArtifactKind } from '../../artifacts/index.js';
import { connectionOf, DateTime, JsonScalar, Node, UserError } from '../../graphql/index.js';
import type { TrustedRootKind as RootKind } from '../attestation.js';
import type { Mismatch } from '../build-run/index.js';
import type { Verdict as VerdictText } from '../reasons.js';

export const Verdict = {
  VERIFIED: 'VERIFIED',
  UNVERIFIED: 'UNVERIFIED',
  INVALID: 'INVALID',
  MISMATCH: 'MISMATCH',
} as const;
registerEnumType(Verdict, {
  name: 'Verdict',
  description: 'What verification found.',
  valuesMap: {
    VERIFIED: { description: 'The cryptography holds under a trusted root or key.' },
    UNVERIFIED: { description: 'It cannot be told; the reason says what is missing.' },
    INVALID: { description: 'The cryptography does not hold, or it is malformed.' },
    MISMATCH: { description: 'The cryptography holds, but predicate and certificate disagree.' },
  },
});
export const PolicyAnswer = { NONE: 'NONE', SATISFIED: 'SATISFIED', NOT_SATISFIED: 'NOT_SATISFIED' } as const;
registerEnumType(PolicyAnswer, {
  name: 'PolicyAnswer',
  description:
    'Whether the signer is one that is trusted; a second answer beside the verdict. NONE = nobody asked.',
});
export const TrustedRootKind = { SIGSTORE: 'SIGSTORE', PUBLIC_KEYS: 'PUBLIC_KEYS' } as const;
registerEnumType(TrustedRootKind, {
  name: 'TrustedRootKind',
  description: 'A Sigstore trusted root, or public keys.',
});

@ObjectType({ description: 'Who signed.' })
export class Signer {
  @Field(() => String, { description: 'CERTIFICATE or KEY.' }) kind!: string;
  @Field(() => String, { nullable: true, description: 'Identity in the certificate; null for a key.' })
  identity!: string | null;
  @Field(() => String, { nullable: true, description: 'OIDC issuer; null for a key.' }) issuer!:
    string | null;
  @Field(() => String, { nullable: true, description: 'Name of the key; null for a certificate.' }) keyId!:
    string | null;
  @Field(() => String, { nullable: true, description: 'sha256 of the key; null for a certificate.' })
  keyFingerprint!: string | null;
}

@ObjectType({ description: 'What an attestation speaks about.' })
export class AttestationSubject {
  @Field(() => String, { nullable: true, description: 'For display only; never matched.' }) name!:
    string | null;
  @Field(() => JsonScalar, { description: 'Algorithm → hex.' }) digest!: Record<string, string>;
}

@ObjectType('Mismatch', { description: 'A fact on which predicate and certificate disagree.' })
export class MismatchModel {
  @Field(() => String) field!: string;
  @Field(() => String, { nullable: true, description: 'What the predicate says.' }) claimed!: string | null;
  @Field(() => String, { nullable: true, description: 'What the certificate says.' }) certified!:
    string | null;
}

@ObjectType('Attestation', {
  implements: () => [Node],
  description: 'A signed (or unsigned) statement about artifacts.',
})
export class AttestationModel {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true, description: 'Name of the file it came in; null = none was given.' })
  name!: string | null;
  @Field(() => String) format!: string;
  @Field(() => String, { nullable: true, description: 'null = it carries no statement.' }) predicateType!:
    string | null;
  @Field(() => String, { description: 'sha256 of the original bytes.' }) envelopeDigest!: string;
  @Field(() => Int, { description: 'Bytes.' }) sizeBytes!: number;
  @Field(() => Verdict) verdict!: VerdictText;
  @Field(() => String, { nullable: true, description: 'Code of docs/errors.md; null = VERIFIED.' }) reason!:
    string | null;
  @Field(() => PolicyAnswer) policy!: 'NONE' | 'SATISFIED' | 'NOT_SATISFIED';
  @Field(() => DateTime, { description: 'When the verdict was given.' }) verifiedAt!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Name of the trusted root it held under; null = none, or a key.',
  })
  trustedRoot!: string | null;
  @Field(() => Signer, { nullable: true, description: 'null = not proven.' }) signer!: Signer | null;
  @Field(() => DateTime, { nullable: true, description: 'A trusted signing time; null = none is proven.' })
  signedAt!: string | null;
  @Field(() => [MismatchModel], { description: 'Not empty when the verdict is MISMATCH.' })
  mismatches!: Mismatch[];
  @Field(() => DateTime) createdAt!: string;
}
export const AttestationConnection = connectionOf(AttestationModel);

@ObjectType('Workflow', {
  implements: () => [Node],
  description: 'What runs builds: a workflow file, a pipeline.',
})
export class WorkflowModel {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { description: 'The repository that holds it, or the builder.' }) source!: string;
}

const text = { nullable: true, description: 'null = not said.' } as const;

@ObjectType('BuildRun', {
  implements: () => [Node],
  description: 'The CI run that built an artifact, as evidence tells it.',
})
export class BuildRunModel {
  @Field(() => ID) id!: string;
  @Field(() => Boolean, { description: 'A trusted certificate says the same; false = a claim only.' })
  confirmed!: boolean;
  @Field(() => String, { description: 'Which reading of the predicate.' }) mapper!: string;
  @Field(() => String, text) builderId!: string | null;
  @Field(() => String, text) buildType!: string | null;
  @Field(() => String, text) invocationId!: string | null;
  @Field(() => String, text) runId!: string | null;
  @Field(() => Int, text) runAttempt!: number | null;
  @Field(() => String, text) runUrl!: string | null;
  @Field(() => String, text) sourceRepo!: string | null;
  @Field(() => String, text) sourceRef!: string | null;
  @Field(() => String, text) sourceCommit!: string | null;
  @Field(() => String, text) workflowPath!: string | null;
  @Field(() => String, text) workflowName!: string | null;
  @Field(() => String, text) trigger!: string | null;
  @Field(() => DateTime, text) startedAt!: string | null;
  @Field(() => DateTime, text) completedAt!: string | null;
}

@ObjectType('TrustedRoot', { implements: () => [Node], description: 'What signatures are checked against.' })
export class TrustedRootModel {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => TrustedRootKind) kind!: RootKind;
  @Field(() => Boolean, { description: 'It shipped with Rollcall.' }) builtIn!: boolean;
  @Field(() => String, { description: 'sha256 of the content.' }) sha256!: string;
  @Field(() => Int, { description: 'Log entries that are required.' }) tlogThreshold!: number;
  @Field(() => Int, { description: 'Certificate log proofs that are required.' }) ctlogThreshold!: number;
  @Field(() => Int, { description: 'Signing times that are required.' }) timestampThreshold!: number;
  @Field(() => DateTime) createdAt!: string;
}

@InputType({ description: 'Fields AND together, lists mean any-of, null = no condition.' })
export class AttestationFilter {
  @Field(() => [String], { nullable: true, description: 'Digests they speak about.' })
  digests?: string[] | null;
  @Field(() => [Verdict], { nullable: true }) verdicts?: VerdictText[] | null;
  @Field(() => [String], { nullable: true }) predicateTypes?: string[] | null;
}

@InputType()
export class PushAttestationInput {
  @Field(() => String, {
    description: 'base64 of the file, at most 8 MiB: a bundle, an envelope, JSON lines of them, …',
  })
  @IsBase64()
  @MaxLength(11_200_000)
  content!: string;
  @Field(() => String, { nullable: true, description: 'Name of the file, for display.' })
  @IsOptional()
  @MaxLength(1024)
  name?: string | null;
  @Field(() => ArtifactKindEnum, { nullable: true, description: 'What its subjects are; null = left open.' })
  kind?: ArtifactKind | null;
}

@ObjectType({ description: 'What became of one attestation of the file.' })
export class PushAttestationResult {
  @Field(() => Int, { description: 'Position in the file, from 0.' }) index!: number;
  @Field(() => Boolean, { description: 'False when these bytes were stored before.' }) created!: boolean;
  @Field(() => AttestationModel, { nullable: true, description: 'null = it could not be read.' })
  attestation!: AttestationModel | null;
  @Field(() => UserError, { nullable: true, description: 'Why it could not be read; null = it was stored.' })
  error!: UserError | null;
}

@ObjectType()
export class PushAttestationPayload {
  @Field(() => [PushAttestationResult], { description: 'In file order.' }) results!: PushAttestationResult[];
  @Field(() => [UserError]) userErrors!: UserError[];
}

@InputType()
export class AddTrustedRootInput {
  @Field(() => String) name!: string;
  @Field(() => TrustedRootKind) kind!: RootKind;
  @Field(() => String, {
    description: 'base64 of a Sigstore trusted_root.json, of PEM public keys, or of a JSON list of keys.',
  })
  @IsBase64()
  @MaxLength(1_400_000)
  content!: string;
  @Field(() => Int, { nullable: true, description: '0 to 8; default 1.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(8)
  tlogThreshold?: number | null;
  @Field(() => Int, { nullable: true, description: '0 to 8; default 1.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(8)
  ctlogThreshold?: number | null;
  @Field(() => Int, { nullable: true, description: '0 to 8; default 1.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(8)
  timestampThreshold?: number | null;
}

@ObjectType()
export class TrustedRootPayload {
  @Field(() => TrustedRootModel, { nullable: true, description: 'null = refused.' })
  trustedRoot!: TrustedRootModel | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}
