import { stringify } from 'yaml';
import { safeJson } from './text.js';

/** YAML with the same field names as the JSON output, a document of its own. */
export function yamlText(value: unknown): string {
  const plain = stringify(value, { lineWidth: 0 });
  if (safeJson(plain) === plain) return plain;
  // Double quotes take `\u` escapes, so text that could drive a terminal stays the same value.
  return safeJson(stringify(value, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' }));
}
