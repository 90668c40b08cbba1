/**
 * Templates of recipes as a scenario's fields have them: `{order_id}` → `{{1.order_id}}`. In a scenario arguments are
 * separated by `;`, and texts stand in straight double quotes. [facts/make.md §2.1]
 */

import { MISSING, PLACEHOLDER } from '../../../pack/expression.ts';
import type { MakeModule } from '../module.ts';
import { declaredIn } from './blueprint.ts';

/** Where the fields of a template come from. */
export interface Source {
  /** Of the module in the blueprint. */
  id: number;
  module: MakeModule;
  /** Names that the module does not hand out, as templates over what it does. */
  words?: Readonly<Record<string, string>>;
}

const call = (name: string, ...args: string[]): string => `${name}(${args.join('; ')})`;
const quoted = (text: string): string => `"${text}"`;

/** As the pack's records write a time. */
const WRITTEN = quoted('YYYY-MM-DD[T]HH:mm:ssZ');
const beijingTime = (time: string): string =>
  call('formatDate', call('parseDate', time, WRITTEN), quoted('YYYY-MM-DD HH:mm'), quoted('Asia/Shanghai'));

/** A field by its path; a list as one text. */
function reference({ id, module }: Source, name: string): string {
  const field = declaredIn(module.interface).find((each) => each.name === name);
  if (!field) throw new Error(`the module ${module.key} hands out no ${name}`);
  const path = `${id}.${name}`;
  return field.type === 'array' ? call('join', path, quoted(',')) : path;
}

const ONE_FIELD = /^\{(\w+)\}$/;

/** A value that is one field is empty where that is missing; in a text of several the gap is shown. */
export function mapped(template: string, source: Source): string {
  const [, only] = ONE_FIELD.exec(template) ?? [];
  if (only !== undefined) {
    const words = source.words?.[only];
    return words === undefined ? `{{${reference(source, only)}}}` : mapped(words, source);
  }
  return template.replace(PLACEHOLDER, (_, name: string, asTime?: string) => {
    const field = reference(source, name);
    return `{{${asTime ? beijingTime(field) : call('ifempty', field, quoted(MISSING))}}}`;
  });
}

/** Every field that a module hands out, as a value each. */
export const allFields = (source: Source): { name: string; value: string }[] =>
  declaredIn(source.module.interface).map(({ name }) => ({ name, value: mapped(`{${name}}`, source) }));
