/** The places of all values in a JSON answer: `result.target_list[].order_id`. */

import { WireList } from '../../sandbox/methods/wire.ts';

export function keyPaths(value: unknown, at = ''): string[] {
  if (value instanceof WireList) return keyPaths(value.values, at);
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => keyPaths(item, `${at}[]`)))];
  if (typeof value !== 'object' || value === null) return [at];
  const paths = Object.entries(value).flatMap(([key, inner]) => keyPaths(inner, at ? `${at}.${key}` : key));
  return [...new Set(paths)];
}
