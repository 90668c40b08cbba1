/**
 * A signed form: its parameters, and over them the signature that `lib/aliexpress/sign.ts` makes, as one expression.
 * The keys are known when the app is built, so they are sorted here and not by IML, whose order of "_" nobody knows.
 * Every parameter is always sent: no method of the catalogue has one that may be left out beside its JSON.
 */

import { call, type Iml, joined, mustache, quoted } from './iml.ts';
import type { Json } from './json.ts';

/** @param path of a system interface ("/auth/token/create"); left out for business methods */
export function signedForm(
  params: Readonly<Record<string, Iml>>,
  secret: Iml,
  path = '',
): Record<string, Json> {
  const pieces = Object.keys(params)
    .sort()
    .flatMap((key) => [quoted(key), String(params[key])]);
  const base = joined(...(path ? [quoted(path)] : []), ...pieces);
  const fields = Object.entries(params).map(([key, value]) => [key, fieldOf(value)]);
  return {
    ...Object.fromEntries(fields),
    sign: mustache(call('upper', call('sha256', base, quoted('hex'), secret))),
  };
}

/** A text that stands there as it is needs no braces. */
const fieldOf = (value: Iml): string => {
  const [, literal] = /^'([^']*)'$/.exec(value) ?? [];
  return literal ?? mustache(value);
};
