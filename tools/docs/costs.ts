/** The calls that an operation uses, in words. */

import type { ListMethod } from '../../lib/aliexpress/method.ts';
import type { ActionDeclaration, SearchDeclaration } from '../../lib/pack/operation.ts';
import type { Bilingual } from '../../lib/problems.ts';

const NONE: Bilingual = { en: 'none', zh: '不消耗' };
const ONE: Bilingual = { en: '1', zh: '1 次' };

const forCalls = (reads: readonly unknown[]): Bilingual => (reads.length === 0 ? NONE : ONE);

export const costOfSearch = (search: SearchDeclaration<ListMethod>): Bilingual =>
  'source' in search ? (search.source.cost ?? forCalls(search.source.reads)) : ONE;

/** Those that read use one method at a time. */
export const costOfAction = ({ reads = [] }: ActionDeclaration<never>): Bilingual => forCalls(reads);
