/**
 * What a method of the AliExpress API is to us: one descriptor. The gateway takes descriptors only, so what is
 * not in `methods/` cannot be called, and `methods/` holds read methods alone.
 */

import type { z } from 'zod';

export interface Method<Request extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  /** "aliexpress.trade.seller.orderlist.get", or the path of a system interface. */
  name: string;
  /** Business methods cost one call of the daily budget; system interfaces (sign-in) none. */
  family: 'business' | 'system';
  /** Parameters, checked before anything is paid or sent. Output is what goes over the wire. */
  request: Request;
  /** The one parameter that carries the whole request as JSON; left out where parameters are flat. */
  requestKey?: string;
  /** The unwrapped answer. */
  answer: Answer;
  /** Dotted path to the record or records in the answer. */
  items?: string;
  /** What of a buyer the answer may contain, though masked. None of it leaves the gateway's callers. */
  personalData: 'none' | 'masked name, phone and address' | 'masked name';
  /** Where this is from. */
  source: string;
}

export const defineMethod = <R extends z.ZodType, A extends z.ZodType>(method: Method<R, A>): Method<R, A> =>
  method;
