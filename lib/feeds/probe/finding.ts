/** What a probe has found out. */

import type { Found } from '../../aliexpress/capabilities.ts';
import type { ShownOrder, ShownParcel } from '../../aliexpress/evidence.ts';
import type { ProbeSession, Silence } from './session.ts';

export interface Finding {
  question: string;
  /** In words, without a value of the shop. */
  answer: string;
  /** What the feeds are told. */
  capabilities?: Found;
}

/** What the answers so far have shown of the shop, so that later questions can be asked about it. */
export interface Shown {
  orders: ShownOrder[];
  parcels: ShownParcel[];
  /** Rows of a page of parcels that AliExpress accepts. */
  pageSize: number;
}

/** One question, or several that the same calls answer. */
export interface Question {
  /** What is asked for, for the person who waits. */
  about: { en: string; zh: string };
  answer(session: ProbeSession, shown: Shown): Promise<Finding[]>;
}

const SILENCES: Readonly<Record<Silence, string>> = {
  refused: 'AliExpress refuses the request',
  not_granted: 'the app has no permission',
  unreachable: 'AliExpress did not answer',
  not_asked: 'no call was left for it',
};

export const notKnown = (because: Silence | { no: string }): string =>
  `not known: ${typeof because === 'string' ? SILENCES[because] : `no ${because.no}`}`;
