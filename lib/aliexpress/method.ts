/**
 * A method of the AliExpress API as one descriptor. The gateway takes descriptors only, so what is not in `methods/`
 * cannot be called, and `methods/` holds read methods alone.
 *
 * Requests and answers are in our words on this side: `request` turns ours into AliExpress's, `answer` turns
 * AliExpress's into ours. Only records inside an answer stay as AliExpress writes them, until `convert` reads them.
 */

import * as z from 'zod';
import { ID_NUMBER } from './spelling.ts';
import * as wire from './wire.ts';

export interface Method<Request extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  /** "aliexpress.trade.seller.orderlist.get", or the path of a system interface. */
  name: string;
  /** Business methods cost one call of the daily budget; system interfaces (sign-in) none. */
  family: 'business' | 'system';
  /** Checked before anything is paid or sent. Its output is what is sent. */
  request: Request;
  /** The parameter that carries the whole request as JSON; left out if every field is a parameter. */
  requestKey?: string;
  /** Checks the answer, without its envelope. */
  answer: Answer;
  /**
   * What the answer may contain about a buyer, masked or not. Callers of the gateway pass none of it on, except the text
   * of a review.
   */
  personalData:
    | 'none'
    | 'masked name'
    | 'masked name, phone and address'
    | 'buyer login'
    | 'buyer login and review text'
    | 'buyer login and dispute messages'
    | 'name of who signed for the parcel';
  /** The request itself names a buyer: it is sent through a transport that no platform logs. */
  namesBuyer?: true;
  /** The section of docs/aliexpress.md about it. */
  source: string;
}

/** A method whose answer holds records, as AliExpress writes them. */
export type ListMethod = Method<z.ZodType, z.ZodType<{ items: unknown[] }>>;

/** A 64-bit id as a parameter. It is text in our code, because a JavaScript number cannot hold it, and is sent as a number. */
export const idParameter = z.string().regex(ID_NUMBER).transform(BigInt);

/** A time as a parameter, epoch milliseconds: of a year with four digits, which every format can write. */
export const timeParameter = z.int().min(Date.UTC(1000)).max(Date.UTC(9999));

/** A span of time as a parameter, both ends included. */
export const windowParameter = z.object({ from: timeParameter, to: timeParameter });

/** A code or a number as a parameter. AliExpress has none that is so long. */
export const codeParameter = z.string().trim().min(1).max(100);

/**
 * An object with at least one of the keys. AliExpress may leave out any field, but an answer that has none of its own is
 * in another format.
 */
export const objectWithAnyOf = (...keys: [string, ...string[]]) =>
  wire.record.refine((raw) => keys.some((key) => raw[key] != null), { path: [keys[0]] });

/** Keys that stand next to a payload. */
export const ENVELOPE: readonly string[] = ['code', 'request_id', '_trace_id_'];

/**
 * An object with this key, or an empty one: then the requested item does not exist. An object with other keys only is in
 * another format.
 */
export const objectWithOrEmpty = (key: string) =>
  wire.record.refine(
    (raw) => raw[key] != null || Object.keys(raw).every((other) => other === key || ENVELOPE.includes(other)),
    { path: [key] },
  );

type Declaration<R, A> = Omit<Method, 'request' | 'answer'> & { request: () => R; answer: () => A };

/** The schemas are made at the first call: making those of all methods at once would slow down the start of the app. */
export const defineMethod = <R extends z.ZodType, A extends z.ZodType>({
  request,
  answer,
  ...method
}: Declaration<R, A>): Method<z.ZodLazy<R>, z.ZodLazy<A>> => ({
  ...method,
  request: z.lazy(request),
  answer: z.lazy(answer),
});
