/** The forms of the ids of a trigger's events, as templates. */

import type { TriggerDeclaration } from '../../lib/pack/operation.ts';

export function eventIds({ id, idPerEntry }: Pick<TriggerDeclaration, 'id' | 'idPerEntry'>): string[] {
  const template = typeof id === 'string' ? id : `{${id.key}}`;
  return idPerEntry ? [template, `${template}/2`] : [template];
}
