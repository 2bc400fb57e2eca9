import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Socket {
  send: (text: string) => void;
  close: () => void;
}

export interface SocketEvents {
  message: (text: string) => void;
  /** Once, whatever the reason; null = closed in order. */
  closed: (reason: string | null) => void;
}

const MESSAGE_LIMIT = 16 * 1024 * 1024;
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

interface Frame {
  final: boolean;
  opcode: number;
  payload: Buffer;
  /** Bytes it took. */
  size: number;
}

/** The first frame of what was received; null = it is not complete yet. Throws when it is too large or masked. */
export function readFrame(bytes: Buffer): Frame | null {
  if (bytes.length < 2) return null;
  const first = bytes[0] as number;
  const second = bytes[1] as number;
  if (second & 0x80) throw new Error('the server masks its frames');
  const short = second & 0x7f;
  const headerSize = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < headerSize) return null;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (length > MESSAGE_LIMIT) throw new Error(`a message is larger than ${MESSAGE_LIMIT} bytes`);
  const size = headerSize + length;
  if (bytes.length < size) return null;
  return {
    final: (first & 0x80) !== 0,
    opcode: first & 0x0f,
    payload: bytes.subarray(headerSize, size),
    size,
  };
}

/** A client's frame: always final, always masked (RFC 6455 5.3). */
export function writeFrame(opcode: number, payload: Buffer, mask: Buffer): Buffer {
  const { length } = payload;
  const header =
    length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, 0x80 | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | 127, 0, 0, 0, 0]), uint32(length)]);
  const masked = Buffer.from(payload.map((byte, i) => byte ^ (mask[i & 3] as number)));
  return Buffer.concat([header, mask, masked]);
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/**
 * Opens a WebSocket (RFC 6455), text messages only. Rejects when the server does not agree to the upgrade.
 * Written out because Node 20 brings none, and because a token belongs into a header, which the one of browsers lacks.
 */
export function openSocket(
  url: string,
  options: { protocol: string; headers: Record<string, string>; timeoutMs: number },
  events: SocketEvents,
): Promise<Socket> {
  const http = url.startsWith('https:')
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
  const { createHash, randomBytes } = process.getBuiltinModule('node:crypto');
  const key = randomBytes(16).toString('base64');
  const expected = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return new Promise((resolve, reject) => {
    const call = http.request(url, {
      headers: {
        ...options.headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
        'sec-websocket-protocol': options.protocol,
      },
      timeout: options.timeoutMs,
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${options.timeoutMs} ms`)));
    call.on('error', reject);
    call.on('response', (answer) => {
      answer.resume();
      reject(new Error(`the server answered ${answer.statusCode} instead of a WebSocket`));
    });
    call.on('upgrade', (answer: IncomingMessage, stream: Duplex, head: Buffer) => {
      if (answer.headers['sec-websocket-accept'] !== expected) {
        stream.destroy();
        return reject(new Error('the server does not speak WebSocket'));
      }
      resolve(attach(stream, head, events, () => randomBytes(4)));
    });
    call.end();
  });
}

function attach(stream: Duplex, head: Buffer, events: SocketEvents, newMask: () => Buffer): Socket {
  let received: Buffer = head;
  let parts: Buffer[] = [];
  let over = false;
  const end = (reason: string | null): void => {
    if (over) return;
    over = true;
    stream.destroy();
    events.closed(reason);
  };
  const write = (opcode: number, payload: Buffer): void =>
    void (over || stream.write(writeFrame(opcode, payload, newMask())));
  const handle = ({ final, opcode, payload }: Frame): void => {
    if (opcode === PING) return write(PONG, payload);
    if (opcode === PONG) return;
    if (opcode === CLOSE) return end(payload.length > 2 ? payload.toString('utf8', 2) : null);
    parts.push(payload);
    if (parts.reduce((sum, part) => sum + part.length, 0) > MESSAGE_LIMIT)
      return end('a message is too large');
    if (!final) return;
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    events.message(text);
  };
  const read = (): void => {
    try {
      for (let frame = readFrame(received); frame && !over; frame = readFrame(received)) {
        received = received.subarray(frame.size);
        handle(frame);
      }
    } catch (error) {
      end((error as Error).message);
    }
  };
  stream.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    read();
  });
  stream.on('error', (error) => end(error.message));
  stream.on('close', () => end('the connection was lost'));
  read();
  return {
    send: (text) => write(TEXT, Buffer.from(text)),
    close: () => {
      write(CLOSE, Buffer.from([0x03, 0xe8]));
      end(null);
    },
  };
}
