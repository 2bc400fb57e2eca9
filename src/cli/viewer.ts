import document from '../../graphql/operations/cli/viewer.graphql?raw';
import type { Actor, Named } from './api.js';
import type { Client } from './client.js';

export interface Viewer {
  actor: Actor & { id: string };
  organization: Named & { slug: string };
  permissions: string[];
  token: Named & { prefix: string; expiresAt: string | null };
}

/** Who the token says the caller is. UNAUTHENTICATED when it says nothing. */
export async function viewerOf(client: Client): Promise<Viewer> {
  return (await client.execute<{ viewer: Viewer }>(document)).viewer;
}
