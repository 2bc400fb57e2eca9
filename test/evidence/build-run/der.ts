/** One DER element. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));

export const uriName = (text: string | Uint8Array): Buffer => der(0x86, Buffer.from(text as string));

export const emailName = (text: string): Buffer => der(0x81, Buffer.from(text));

export const otherName = (id: string, text: string): Buffer => der(0xa0, oid(id), der(0xa0, utf8(text)));

const extension = (id: string, value: Uint8Array): Buffer => der(0x30, oid(id), der(0x04, value));

export interface CertificateInput {
  names?: readonly Buffer[];
  /** Number behind Fulcio's arc and value: text is encoded as Fulcio does, bytes are taken as they are. */
  extensions?: readonly (readonly [number: number, value: string | Uint8Array])[];
  notBefore?: string;
}

/** A certificate with no more than what is read from it; the signature is empty. */
export function certificate({
  names = [],
  extensions = [],
  notBefore = '230101000000Z',
}: CertificateInput): Buffer {
  const algorithm = der(0x30, oid('1.2.840.10045.4.3.2'));
  const listed = extensions.map(([number, value]) => {
    const bytes = typeof value !== 'string' ? value : number <= 6 ? Buffer.from(value) : utf8(value);
    return extension(`1.3.6.1.4.1.57264.1.${number}`, bytes);
  });
  if (names.length > 0) listed.unshift(extension('2.5.29.17', der(0x30, ...names)));
  return der(
    0x30,
    der(
      0x30,
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.from([1])),
      algorithm,
      der(0x30),
      der(0x30, der(0x17, Buffer.from(notBefore)), der(0x17, Buffer.from('230101001000Z'))),
      der(0x30),
      der(0x30, algorithm, der(0x03, Buffer.from([0]))),
      der(0xa3, der(0x30, ...listed)),
    ),
    algorithm,
    der(0x03, Buffer.from([0])),
  );
}
