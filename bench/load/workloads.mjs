import { readFileSync } from 'node:fs';
import { DEPLOYMENTS, SPARE_ARTIFACTS, digestOf, nextCall, placeOf } from '../keys.mjs';

const CREATED = Buffer.from('"CREATED"');
const REFRESHED = Buffer.from('"REFRESHED"');
const UNCHANGED = Buffer.from('"UNCHANGED"');

const digests = () => Array.from({ length: DEPLOYMENTS + SPARE_ARTIFACTS + 1 }, (_, i) => digestOf(i));

function count(body, mark) {
  let found = 0;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) found++;
  return found;
}

const requestTo = ({ path, headers }) => {
  const lines = Object.entries({ host: 'localhost', 'content-type': 'application/json', ...headers });
  const head = `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n`;
  return (body) => `${head}content-length: ${body.length}\r\n\r\n${body}`;
};

/** The input of each Deployment but for its digest, as JSON that is open at the end. */
const openInputs = (extra) =>
  Array.from(
    { length: DEPLOYMENTS + 1 },
    (_, i) => `${JSON.stringify({ ...extra, ...placeOf(i) }).slice(0, -1)},"digest":"`,
  );

/**
 * What a load sends and how it reads the answers: `next` makes a request, `read` says how many records an answer
 * carried, how many of them were CREATED, or that it is not what was asked for (null).
 */
export const WORKLOADS = {
  /** One record a request. `extra`: further fields of the input. */
  record({ target, document, extra }) {
    const request = requestTo(target);
    const open = openInputs(extra);
    const digest = digests();
    const start = `{"query":${JSON.stringify(document)},"variables":{"input":`;
    return {
      next: () => {
        const call = nextCall();
        return request(`${start}${open[call.deployment]}${digest[call.artifact]}"}}}`);
      },
      read: (body) => {
        if (body.includes(REFRESHED) || body.includes(UNCHANGED)) return { items: 1, created: 0 };
        return body.includes(CREATED) ? { items: 1, created: 1 } : null;
      },
    };
  },

  /** `size` records a request; `inTurn`: heartbeats of Deployment 1, 2, 3 … instead of the mix. */
  bulk({ target, document, size, inTurn = false }) {
    const request = requestTo(target);
    const open = openInputs({});
    const digest = digests();
    const start = `{"query":${JSON.stringify(document)},"variables":{"input":{"records":[`;
    let turn = 0;
    const one = () => {
      const call = inTurn ? { deployment: ++turn, artifact: turn } : nextCall();
      return `${open[call.deployment]}${digest[call.artifact]}"}`;
    };
    return {
      next: () => request(`${start}${Array.from({ length: size }, one).join(',')}]}}}`),
      read: (body) => {
        const created = count(body, CREATED);
        const items = created + count(body, REFRESHED) + count(body, UNCHANGED);
        return items === size ? { items, created } : null;
      },
    };
  },

  /** The same query every time; `mark` must stand in the answer `times` times (the answers are checked now and then). */
  query({ target, document, variables, mark, times }) {
    const whole = requestTo(target)(JSON.stringify({ query: document, variables }));
    const sign = Buffer.from(mark);
    let answers = 0;
    return {
      next: () => whole,
      read: (body) => (answers++ % 64 !== 0 || count(body, sign) === times ? { items: 1, created: 0 } : null),
    };
  },

  /** Files to the upload door of attestations, each once: file `i` of `files` with more white space every time round. */
  push({ target, files, first }) {
    const request = requestTo(target);
    const texts = files.map((file) => readFileSync(file, 'latin1'));
    let i = first;
    return {
      next: () => {
        const text = texts[i % texts.length];
        const padded = text.replace('{', `{${' '.repeat(1 + Math.floor(i / texts.length))}`);
        i++;
        return request(padded);
      },
      read: (body) =>
        body.includes('"created":true') && body.includes('"VERIFIED"') ? { items: 1, created: 0 } : null,
    };
  },
};
