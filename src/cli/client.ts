import { isCleartext, type Connection } from './connection.js';
import { CliFailure } from './failure.js';
import { NoAnswer, type HttpAnswer, type HttpRequest } from './http.js';
import { sendWithRetries } from './retry.js';
import { version } from './version.js';

export interface Client {
  connection: Connection;
  /** The server's id of the latest request; null = none was answered. */
  requestId: string | null;
  /** Runs a GraphQL document; a top-level error is thrown as a CliFailure with its code. */
  execute: <T>(document: string, variables?: object, options?: { repeatable?: boolean }) => Promise<T>;
  /** A GET below the server's address; gives any answer the server itself gave. */
  get: (path: string) => Promise<HttpAnswer>;
}

export interface ClientOptions {
  connection: Connection;
  timeoutMs: number;
  retries: number;
  warn: (text: string) => void;
  /** Shows that something is waited for, and gives what ends that; absent = nobody watches. */
  waiting?: () => () => void;
}

interface GraphqlAnswer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string; errorId?: string; hint?: string } }[];
}

const unreachable = (url: string, reason: string, cause?: unknown): CliFailure =>
  new CliFailure('SERVER_UNREACHABLE', `${url} cannot be reached: ${reason}`, {
    hint: '`rollcall doctor` checks the address and the connection',
    cause,
  });

const HINTS: Record<string, string> = {
  UNAUTHENTICATED: '`rollcall login URL` stores a token; CI jobs set ROLLCALL_TOKEN',
  FORBIDDEN: 'ask for a token with that permission: `rollcall token create --permission …`',
};

const STATUS_CODES: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'SERVER_NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMITED',
};

function readAnswer(url: string, answer: HttpAnswer): GraphqlAnswer {
  const { status } = answer;
  let content: GraphqlAnswer | null = null;
  try {
    content = JSON.parse(answer.body.toString('utf8')) as GraphqlAnswer;
  } catch {
    content = null; // Proxies answer in HTML: the status below says more.
  }
  const error = content?.errors?.[0];
  if (error) {
    const code = error.extensions?.code ?? STATUS_CODES[status] ?? 'INTERNAL';
    throw new CliFailure(code, error.message, {
      hint: error.extensions?.hint ?? HINTS[code],
      requestId: error.extensions?.errorId,
    });
  }
  if (content?.data !== undefined && status === 200) return content;
  if (status >= 500) throw unreachable(url, `it answered ${status}`);
  if (status >= 300 && status < 400)
    throw new CliFailure('SERVER_NOT_FOUND', `${url} sends elsewhere: ${answer.headers.location}`, {
      hint: 'use the final address as the URL',
    });
  const code = STATUS_CODES[status] ?? 'SERVER_NOT_FOUND';
  throw new CliFailure(code, `${url} did not answer as a Rollcall server does (${status})`, {
    hint: HINTS[code] ?? 'is this the right address?',
  });
}

/** The server behind a connection. */
export function createClient({ connection, timeoutMs, retries, warn, waiting }: ClientOptions): Client {
  const { url, token } = connection;
  if (token !== null && !/^[\x21-\x7e]+$/.test(token))
    throw new CliFailure('USAGE', `the token of ${connection.tokenFrom} holds characters that no token has`);
  if (token && isCleartext(url)) warn(`${url} is not encrypted: the token can be read on the way`);
  const headers = {
    accept: 'application/json',
    'user-agent': `rollcall/${version}`,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  async function call(path: string, body: string | undefined, repeatable: boolean): Promise<HttpAnswer> {
    let stopWaiting = waiting?.();
    const onRetry = (reason: string, waitMs: number): void => {
      stopWaiting?.();
      warn(`${reason}; trying again in ${waitMs} ms`);
      stopWaiting = waiting?.();
    };
    const request: HttpRequest = {
      method: body === undefined ? 'GET' : 'POST',
      url: url + path,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body,
      timeoutMs,
    };
    try {
      return await sendWithRetries(request, { retries, repeatable, onRetry });
    } catch (error) {
      throw error instanceof NoAnswer ? unreachable(url, error.message, error) : error;
    } finally {
      stopWaiting?.();
    }
  }
  const client: Client = {
    connection,
    requestId: null,
    async execute<T>(
      document: string,
      variables: object = {},
      options: { repeatable?: boolean } = {},
    ): Promise<T> {
      const body = JSON.stringify({ query: document, variables });
      const answer = await call('/graphql', body, options.repeatable ?? true);
      client.requestId = answer.headers['x-request-id']?.toString() ?? null;
      return readAnswer(url, answer).data as T;
    },
    get: (path) => call(path, undefined, true),
  };
  return client;
}
