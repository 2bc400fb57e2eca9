import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';

const FULCIO = '1.3.6.1.4.1.57264.1.';
const LOG_HOST = 'log.example.test';
const SHA256_OID = '2.16.840.1.101.3.4.2.1';

export const ISSUER = 'https://token.actions.githubusercontent.com';
export const REPOSITORY = 'https://github.com/acme/shop';
export const IDENTITY = `${REPOSITORY}/.github/workflows/release.yml@refs/heads/main`;
export const RUN = `${REPOSITORY}/actions/runs/42/attempts/1`;
export const COMMIT = '5'.repeat(40);
export const DIGEST = createHash('sha256').update('artifact').digest('hex');

export interface Signing {
  statement?: unknown;
  /** Signs the artifact bytes directly instead of a statement. */
  message?: Buffer;
  payloadType?: string;
  identity?: string;
  /** What is signed; default: the DSSE encoding of type and payload. */
  signedBytes?: (payload: Buffer) => Buffer;
  /** Times at which the log and the timestamp authority say it was signed. */
  at?: Date;
  timestamp?: boolean;
  /** Changes the log entry before the log takes it. */
  entry?: (entry: any) => any;
  logEntries?: number;
}

export interface Instance {
  /** Trusted root, JSON. */
  root: any;
  /** A Sigstore bundle v0.3, JSON. */
  sign(signing?: Signing): Promise<any>;
}

export const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

export function encode(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** A SLSA provenance statement for DIGEST that agrees with the certificates of `startInstance`. */
export function provenance(repository = REPOSITORY, digest: Record<string, string> = { sha256: DIGEST }) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'shop', digest }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: {
          workflow: { ref: 'refs/heads/main', repository, path: '.github/workflows/release.yml' },
        },
        internalParameters: { github: { event_name: 'push' } },
        resolvedDependencies: [{ uri: `git+${repository}@refs/heads/main`, digest: { gitCommit: COMMIT } }],
      },
      runDetails: {
        builder: { id: 'https://github.com/actions/runner/github-hosted' },
        metadata: { invocationId: `${repository}/actions/runs/42/attempts/1` },
      },
    },
  };
}

/** Certificates say: IDENTITY, run RUN of REPOSITORY at COMMIT; valid for 10 minutes from `issuedAt`. */
export async function startInstance(issuedAt = new Date()): Promise<Instance> {
  const pair = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const ctPair = pair('prime256v1');
  const logPair = pair('prime256v1');
  const ctLog = await initializeCTLog(ctPair, issuedAt);
  const ca = await initializeCA(pair('secp384r1'), ctLog, issuedAt);
  const spki = (key: KeyObject) => key.export({ format: 'der', type: 'spki' });
  const validFor = { start: '2000-01-01T00:00:00Z' };
  const tsaPair = pair('secp384r1');
  const rootTsa = await initializeTSA(tsaPair, issuedAt);
  const base64 = (view: ArrayBufferView) =>
    Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64');
  const chain = (...certificates: ArrayBufferView[]) => ({
    certChain: { certificates: certificates.map((der) => ({ rawBytes: base64(der) })) },
    validFor,
  });
  const logOf = (key: KeyObject) => ({
    baseUrl: `https://${LOG_HOST}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki(key).toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: sha256(spki(key)).toString('base64') },
  });
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(logPair.publicKey)],
    ctlogs: [logOf(ctPair.publicKey)],
    certificateAuthorities: [chain(ca.rootCertificate)],
    timestampAuthorities: [chain(rootTsa.intCertificate, rootTsa.rootCertificate)],
  };

  async function signBundle(signing: Signing = {}): Promise<any> {
    const signer = pair('prime256v1');
    const extension = (number: number, value: string) => ({
      oid: FULCIO + number,
      value,
      legacy: number < 8,
    });
    const der = Buffer.from(
      base64(
        await ca.issueCertificate({
          publicKey: spki(signer.publicKey) as Buffer<ArrayBuffer>,
          subjectAltName: signing.identity ?? IDENTITY,
          extensions: [
            extension(8, ISSUER),
            extension(9, IDENTITY),
            extension(12, REPOSITORY),
            extension(13, COMMIT),
            extension(14, 'refs/heads/main'),
            extension(18, IDENTITY),
            extension(20, 'push'),
            extension(21, RUN),
          ],
        }),
      ),
      'base64',
    );
    const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
    const verifier = Buffer.from(pem).toString('base64');
    const { payloadType = 'application/vnd.in-toto+json', message } = signing;
    const payload = Buffer.from(JSON.stringify(signing.statement ?? provenance()));
    const signedBytes = message ?? signing.signedBytes?.(payload) ?? encode(payloadType, payload);
    const signature = sign('sha256', signedBytes, signer.privateKey);
    const hash = (bytes: Buffer) => ({ algorithm: 'sha256', value: sha256(bytes).toString('hex') });
    const proposed = message
      ? {
          apiVersion: '0.0.1',
          kind: 'hashedrekord',
          spec: {
            data: { hash: hash(message) },
            signature: { content: signature.toString('base64'), publicKey: { content: verifier } },
          },
        }
      : {
          apiVersion: '0.0.1',
          kind: 'dsse',
          spec: {
            payloadHash: hash(payload),
            signatures: [{ signature: signature.toString('base64'), verifier }],
          },
        };
    const at = signing.at ?? issuedAt;
    const tlog = await initializeTLog(`https://${LOG_HOST}`, logPair, at);
    const tlogEntries = [];
    for (let made = 0; made < (signing.logEntries ?? 1); made += 1) {
      const entry = signing.entry?.(proposed) ?? proposed;
      const [logged] = Object.values(await tlog.log(made === 0 ? entry : { ...entry, made })) as any[];
      const { inclusionProof: proof, signedEntryTimestamp } = logged.verification;
      tlogEntries.push({
        logIndex: String(logged.logIndex),
        logId: root.tlogs[0]!.logId,
        kindVersion: { kind: entry.kind, version: entry.apiVersion },
        integratedTime: String(logged.integratedTime),
        inclusionPromise: { signedEntryTimestamp },
        inclusionProof: {
          logIndex: '0',
          treeSize: '1',
          hashes: [],
          rootHash: Buffer.from(proof.rootHash, 'hex').toString('base64'),
          checkpoint: { envelope: proof.checkpoint },
        },
        canonicalizedBody: logged.body,
      });
    }
    const material: any = { certificate: { rawBytes: der.toString('base64') }, tlogEntries };
    if (signing.timestamp) {
      const stamp = await rootTsa.timestamp({
        artifactHash: sha256(signature),
        hashAlgorithmOID: SHA256_OID,
        nonce: 1,
        policyOID: '1.3.6.1.4.1.57264.2',
      });
      material.timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: base64(stamp) }] };
    }
    const sig = signature.toString('base64');
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: material,
      ...(message
        ? {
            messageSignature: {
              messageDigest: { algorithm: 'SHA2_256', digest: sha256(message).toString('base64') },
              signature: sig,
            },
          }
        : {
            dsseEnvelope: {
              payload: payload.toString('base64'),
              payloadType,
              signatures: [{ sig, keyid: '' }],
            },
          }),
    };
  }

  return { root, sign: signBundle };
}
