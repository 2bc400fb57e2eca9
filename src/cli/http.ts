import type { IncomingMessage, RequestOptions } from 'node:http';

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** Milliseconds for the whole exchange. */
  timeoutMs: number;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** No answer came. `sent` is false when the server cannot have seen the request. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(
    message: string,
    readonly sent: boolean,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

const ANSWER_LIMIT = 256 * 1024 * 1024;
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/**
 * One HTTP exchange; redirects are not followed. NoAnswer when it fails or takes too long.
 *
 * node:http, not fetch, and not by `import`: medians over 31 starts on Node 24, bare `node -e 0` = 34 ms:
 * fetch 112 ms (it loads undici), `import 'node:http'` 94 ms (an ESM import reads every export, and some of those load
 * undici too), the same module through getBuiltinModule 52 ms.
 */
export function send(request: HttpRequest): Promise<HttpAnswer> {
  const { protocol } = new URL(request.url);
  const http =
    protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
  const body = request.body === undefined ? undefined : Buffer.from(request.body);
  const headers = body ? { ...request.headers, 'content-length': String(body.length) } : request.headers;
  return new Promise((resolve, reject) => {
    const options: RequestOptions = { method: request.method, headers };
    const call = http.request(request.url, options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > ANSWER_LIMIT) call.destroy(new Error(`the answer is larger than ${ANSWER_LIMIT} bytes`));
        else chunks.push(chunk);
      });
      answer.on('error', fail);
      answer.on('end', () => {
        clearTimeout(timer);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      });
    });
    const timer = setTimeout(
      () => call.destroy(new Error(`no answer within ${request.timeoutMs} ms`)),
      request.timeoutMs,
    );
    function fail(error: NodeJS.ErrnoException): void {
      clearTimeout(timer);
      // Connecting to a name with several addresses fails with an AggregateError without a message.
      const reason = error.message || error.code || 'connection failed';
      reject(new NoAnswer(reason, !NOT_SENT.test(error.code ?? ''), error));
    }
    call.on('error', fail);
    call.end(body);
  });
}
