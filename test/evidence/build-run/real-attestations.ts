import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement } from '../../../src/evidence/statement.js';

const ROOT = join(import.meta.dirname, '../../fixtures/attestations');

interface Expected {
  index?: number;
  blob?: string;
  buildRun?: Record<string, unknown>;
  certificate?: Record<string, string>;
  certificateBuildRun?: Record<string, unknown>;
  predicateMatchesCertificate?: boolean;
  verify: { policy?: { identity: string; issuer: string } };
}

export interface RealAttestation {
  id: string;
  expected: Expected;
  statement: Statement | null;
  der: Buffer | null;
}

const decode = (text: string): Buffer => Buffer.from(text, 'base64');
const json = (path: string): any => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

/** The attestations of the manifest, without any verification: statement and leaf certificate. */
export function realAttestations(): RealAttestation[] {
  const { entries } = json('manifest.json');
  return entries.flatMap((entry: any) =>
    entry.attestations.map((expected: Expected) => ({
      id: entry.id,
      expected,
      ...(expected.blob === undefined
        ? fromFile(entry.file, expected.index ?? 0)
        : fromImage(entry.dir, expected.blob)),
    })),
  );
}

function fromFile(file: string, index: number): { statement: Statement | null; der: Buffer | null } {
  const lines = readFileSync(join(ROOT, file), 'utf8').trim();
  const document = file.endsWith('.jsonl') ? JSON.parse(lines.split('\n')[index]!) : JSON.parse(lines);
  const envelope =
    document.provenance_summary?.provenance[index].envelope ?? document.dsseEnvelope ?? document;
  const payload: string | undefined = envelope.payload ?? document.envelope?.statement;
  const material = document.verificationMaterial;
  const certificate: string | undefined =
    document.verification_material?.certificate ??
    material?.certificate?.rawBytes ??
    material?.x509CertificateChain?.certificates[0].rawBytes;
  return {
    statement: payload === undefined ? null : JSON.parse(decode(payload).toString()),
    der: certificate === undefined ? null : decode(certificate),
  };
}

/** cosign keeps the certificate in the annotations of the layer that holds the envelope. */
function fromImage(dir: string, blob: string): { statement: Statement; der: Buffer } {
  const blobs = join(dir, 'blobs/sha256');
  const layers = readdirSync(join(ROOT, blobs)).flatMap((name) => {
    const bytes = readFileSync(join(ROOT, blobs, name));
    return bytes[0] === 0x7b ? (JSON.parse(bytes.toString()).layers ?? []) : [];
  });
  const layer = layers.find((one) => one.digest === blob);
  const pem: string = layer.annotations['dev.sigstore.cosign/certificate'];
  return {
    statement: JSON.parse(decode(json(join(blobs, blob.replace('sha256:', ''))).payload).toString()),
    der: decode(pem.replace(/-----[^-]+-----/g, '')),
  };
}
