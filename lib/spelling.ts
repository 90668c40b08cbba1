/** Names of settings that are misspelled. A setting that nothing reads is ignored, and its writer does not notice. */

import { Problem } from './problems.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The same environment, and the names that were read from it. */
export function recordNames(env: Environment): { env: Environment; names: Set<string> } {
  const names = new Set<string>();
  const get = (target: Environment, name: string) => {
    names.add(name);
    return target[name];
  };
  return { env: new Proxy(env, { get }), names };
}

/** A short name is close to many. */
const maxDistance = ({ length }: string): number => (length < 10 ? 1 : 2);
const isSet = (env: Environment, name: string): boolean => Boolean(env[name]?.trim());

/**
 * A problem for each name that is close to a known one which is not set.
 * @param own the settings in the project's own file. Other programs set names in the environment too, so only here a name
 * that lacks its beginning, such as REDIS_URL, is taken for a misspelled one
 */
export function misspelledSettings(
  env: Environment,
  own: Environment,
  known: ReadonlySet<string>,
): Problem[] {
  const missing = [...known].filter((name) => !isSet(env, name));
  return Object.keys(env)
    .filter((name) => !known.has(name) && isSet(env, name))
    .flatMap((setting) => {
      const [closest] = missing
        .map((similar) => ({ similar, distance: distanceOf(setting.toUpperCase(), similar) }))
        .sort((a, b) => a.distance - b.distance);
      const lacksBeginning = (name: string) => Object.hasOwn(own, setting) && name.endsWith(`_${setting}`);
      const similar =
        closest && closest.distance <= maxDistance(setting) ? closest.similar : missing.find(lacksBeginning);
      return similar === undefined ? [] : [new Problem('unknown_setting', { setting, similar })];
    });
}

/** What an input method for Chinese types in place of " and '. A value in them is another value. */
const QUOTATION_MARK = /^[“”‘’「」『』＂＇]|[“”‘’「」『』＂＇]$/;

/** A problem for each setting whose value stands in quotation marks that no program removes. */
export const quotedSettings = (env: Environment, known: ReadonlySet<string>): Problem[] =>
  [...known]
    .filter((setting) => QUOTATION_MARK.test(env[setting]?.trim() ?? ''))
    .map((setting) => new Problem('bad_setting', { setting, expected: UNQUOTED }));

const UNQUOTED = {
  en: 'a value without quotation marks such as “ ”, or in straight ones (")',
  zh: '不带中文引号（“ ”）的值，或使用半角引号（"）',
};

/** How many characters were left out, added, replaced, or exchanged with their neighbor. */
function distanceOf(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, n) => n)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    rows.push(next);
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isExchanged = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isExchanged ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
