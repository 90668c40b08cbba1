/**
 * The value of a table under a key that comes from outside; undefined where it has none. Every object also inherits values,
 * such as those of "constructor" and "__proto__", which are not the table's.
 */
export const ownValue = <V>(table: Readonly<Record<string, V>>, key: string): V | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
