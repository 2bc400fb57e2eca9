import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * One keep-alive connection that carries one request at a time; it understands just enough of HTTP/1.1 to cost little
 * beside the server it measures. `onAnswer` gets the status and the body of each response.
 */
export class HttpConnection {
  #socket;
  #chunks = [];
  #received = 0;
  #expected = -1;
  #headLength = 0;
  #status = 0;

  constructor(port, onAnswer, onLost) {
    this.onAnswer = onAnswer;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', onLost);
    this.#socket.on('close', () => onLost(new Error('the server closed a connection')));
    this.ready = new Promise((resolve) => this.#socket.once('connect', resolve));
  }

  send(text) {
    this.#socket.write(text, 'latin1');
  }

  close() {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #read(chunk) {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#expected < 0 && !this.#readHead()) return;
    if (this.#received < this.#expected) return;
    const whole = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#received);
    const body = whole.subarray(this.#headLength, this.#expected);
    this.#chunks = [];
    this.#received = 0;
    this.#expected = -1;
    this.onAnswer(this.#status, body);
  }

  #readHead() {
    const start = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#received);
    this.#chunks = [start];
    const end = start.indexOf(HEAD_END);
    if (end < 0) return false;
    const head = start.latin1Slice(0, end);
    const length = LENGTH.exec(head);
    if (length === null) throw new Error(`a response without Content-Length:\n${head}`);
    this.#status = Number(head.slice(9, 12));
    this.#headLength = end + HEAD_END.length;
    this.#expected = this.#headLength + Number(length[1]);
    return true;
  }
}
