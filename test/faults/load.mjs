import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const KEYS = 60;
const IMAGES = 4;
const RECORD = `outcome record { id seq artifact { digest } } userErrors { code message }`;
const SINGLE = `mutation ($input: RecordDeploymentInput!) { recordDeployment(input: $input) { ${RECORD} } }`;
const BULK = `mutation ($input: RecordDeploymentsInput!) { recordDeployments(input: $input) { results { ${RECORD} } userErrors { code } } }`;

const pick = (items) => items[Math.floor(Math.random() * items.length)];

/** Callers over HTTP, and a ledger of every answer that a record got. */
export class Load {
  /** Record id → what was acknowledged of it. */
  acknowledged = new Map();
  /** Code of a refusal, or of a broken connection → how often. */
  refused = {};
  answers = 0;
  created = 0;
  running = false;
  agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  /** Registers what is to be recorded. */
  async prepare() {
    await this.call(
      'mutation { updateOrganization(input: { requireAttestation: false }) { userErrors { code } } }',
    );
    this.digests = [];
    for (let i = 0; i < IMAGES; i++) {
      const manifest = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        layers: [],
        annotations: { i },
        config: { mediaType: 'application/vnd.oci.image.config.v1+json' },
      };
      const { data } = await this.call(
        'mutation ($input: RegisterArtifactInput!) { registerArtifact(input: $input) { artifact { digest } userErrors { message } } }',
        { input: { manifest: Buffer.from(JSON.stringify(manifest)).toString('base64') } },
      );
      this.digests.push(data.registerArtifact.artifact.digest);
    }
  }

  start(callers) {
    this.running = true;
    this.done = Promise.all(Array.from({ length: callers }, (_, i) => this.caller(i)));
  }

  /** Waits for a random moment of up to 1.2 s under load, counted in ms; on a slow machine until 50 answers have come. */
  async untilRandomMoment() {
    const begin = performance.now();
    const { answers } = this;
    await sleep(200 + Math.random() * 1_000);
    while (this.answers < answers + 50 && performance.now() - begin < 10_000) await sleep(5);
    return Math.round(performance.now() - begin);
  }

  async stop() {
    this.running = false;
    await this.done;
  }

  async caller(number) {
    while (this.running) {
      try {
        if (number % 8 === 0) await this.bulk();
        else this.take(await this.single());
      } catch (error) {
        this.refuse(error.code ?? error.message);
        await sleep(5);
      }
    }
  }

  /** Three of four calls repeat the favourite image of their key: heartbeats; the others change it. */
  input() {
    const key = Math.floor(Math.random() * KEYS);
    const digest = Math.random() < 0.75 ? this.digests[key % IMAGES] : pick(this.digests);
    return { name: `load/${key}`, kind: 'CONTAINER_IMAGE', digest };
  }

  async single() {
    const { data } = await this.call(SINGLE, { input: this.input() });
    return data.recordDeployment;
  }

  async bulk() {
    const { data } = await this.call(BULK, {
      input: { records: Array.from({ length: 15 }, () => this.input()) },
    });
    data.recordDeployments.results.forEach((result) => this.take(result));
  }

  take({ outcome, record, userErrors }) {
    if (outcome === null) return this.refuse(userErrors[0].code);
    this.answers++;
    if (outcome === 'CREATED') this.created++;
    const known = this.acknowledged.get(record.id) ?? {
      digest: record.artifact.digest,
      seq: record.seq,
      seen: 0,
    };
    if (outcome !== 'STALE') known.seen++;
    this.acknowledged.set(record.id, known);
  }

  refuse(code) {
    this.refused[code] = (this.refused[code] ?? 0) + 1;
  }

  /** A GraphQL answer; a top-level error is thrown with its code. */
  call(query, variables = {}) {
    const body = JSON.stringify({ query, variables });
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}/graphql`, {
        method: 'POST',
        agent: this.agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${this.token}`,
        },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          try {
            const answer = JSON.parse(Buffer.concat(parts).toString());
            const code = answer.errors?.[0]?.extensions?.code ?? answer.code;
            if (code)
              reject(Object.assign(new Error(answer.errors?.[0]?.message ?? answer.message), { code }));
            else resolve(answer);
          } catch (error) {
            reject(error);
          }
        });
      });
      sent.end(body);
    });
  }
}
