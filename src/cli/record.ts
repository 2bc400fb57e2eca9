import recordDocument from '../../graphql/operations/cli/record-deployment.graphql?raw';
import decommissionDocument from '../../graphql/operations/cli/decommission-deployment.graphql?raw';
import type { Client } from './client.js';
import { refuse, type UserError } from './failure.js';
import type { ShortRecord } from './record-columns.js';

export interface RecordInput {
  environment?: string;
  logicalEnvironment?: string;
  name: string;
  kind: string;
  digest: string;
  ociRef?: string;
  observedAt?: string;
  mode?: string;
  idempotencyKey?: string;
}

export type DecommissionInput = Omit<RecordInput, 'ociRef' | 'mode'>;

export interface RecordPayload {
  outcome: string | null;
  record: ShortRecord | null;
  userErrors: UserError[];
}

/** What a decommission carries of a record's input: the artifact is named by its digest alone. */
export function decommissionInput(input: RecordInput): DecommissionInput {
  const { ociRef: _ociRef, mode: _mode, ...rest } = input;
  return rest;
}

/** Records that an artifact runs. A refusal is thrown. */
export async function recordDeployment(client: Client, input: RecordInput): Promise<RecordPayload> {
  const { recordDeployment: payload } = await client.execute<{ recordDeployment: RecordPayload }>(
    recordDocument,
    { input },
  );
  refuse(payload.userErrors);
  return payload;
}

/** Records that an artifact no longer runs. A refusal is thrown. */
export async function decommissionDeployment(
  client: Client,
  input: DecommissionInput,
): Promise<RecordPayload> {
  const { decommissionDeployment: payload } = await client.execute<{ decommissionDeployment: RecordPayload }>(
    decommissionDocument,
    { input },
  );
  refuse(payload.userErrors);
  return payload;
}
