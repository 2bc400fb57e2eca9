import type { Connection } from './connection.js';
import { CliFailure } from './failure.js';
import { openSocket } from './websocket.js';

interface Message {
  id?: string;
  type?: string;
  payload?: unknown;
}

const ID = '1';

/**
 * Runs one GraphQL subscription over graphql-transport-ws until `next` gives false or the connection ends. Gives why it
 * ended; null = in order. A refusal of the document is thrown as a CliFailure.
 */
export async function subscribe(
  connection: Connection,
  document: string,
  variables: object,
  next: (data: unknown) => boolean,
  timeoutMs: number,
): Promise<string | null> {
  const authorization: Record<string, string> = connection.token
    ? { authorization: `Bearer ${connection.token}` }
    : {};
  let finish: (reason: string | null) => void = () => undefined;
  let fail: (error: CliFailure) => void = () => undefined;
  const over = new Promise<string | null>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  // Something may fail before anybody waits for the end.
  over.catch(() => undefined);
  let socket: Awaited<ReturnType<typeof openSocket>>;
  try {
    socket = await openSocket(
      `${connection.url}/graphql`,
      { protocol: 'graphql-transport-ws', headers: authorization, timeoutMs },
      { message: (text) => receive(text), closed: (reason) => finish(reason) },
    );
  } catch (error) {
    return (error as Error).message;
  }
  const send = (message: Message): void => socket.send(JSON.stringify(message));
  function receive(text: string): void {
    const message = JSON.parse(text) as Message;
    if (message.type === 'connection_ack')
      send({ id: ID, type: 'subscribe', payload: { query: document, variables } });
    else if (message.type === 'ping') send({ type: 'pong' });
    else if (message.type === 'next') take(message.payload as { data?: unknown; errors?: GraphqlError[] });
    else if (message.type === 'error') refuse(message.payload as GraphqlError[]);
    else if (message.type === 'complete') socket.close();
  }
  interface GraphqlError {
    message: string;
    extensions?: { code?: string };
  }
  function refuse(errors: GraphqlError[]): void {
    const [error] = errors;
    fail(
      new CliFailure(
        error?.extensions?.code ?? 'BAD_REQUEST',
        error?.message ?? 'the subscription was refused',
      ),
    );
    socket.close();
  }
  function take(payload: { data?: unknown; errors?: GraphqlError[] }): void {
    if (payload.errors) refuse(payload.errors);
    else if (!next(payload.data)) socket.close();
  }
  send({ type: 'connection_init', payload: authorization });
  return over;
}
