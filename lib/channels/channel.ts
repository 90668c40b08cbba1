/**
 * A channel is one messenger, declared: which address its bots have, how a request is signed, what form a message has,
 * how foreign text is escaped, how large and how frequent messages may be, and what its answers mean. The action that
 * sends a message, its help texts and checks, the settings of the local host and the sandbox's checks follow from it.
 */

import type * as z from 'zod';
import type { Severity } from '../pack/operation.ts';
import type { Bilingual, REFUSAL_REASONS } from '../problems.ts';

/** A message as it is filled in. */
export interface Message {
  title: string;
  /** In the connector's own Markdown, see `markup.ts`. */
  text: string;
  severity: Severity;
  /** Shown as a button, or at the end of the text. */
  link?: string;
  mention: 'nobody' | 'everyone';
}

/** A message that is ready for the form of a channel: free of control characters and short enough. */
export interface Draft<Mark extends string> {
  /** One line, not escaped. */
  title: string;
  /** In the channel's markup; whatever is no markup of ours is escaped. */
  text: string;
  /** The color or emoji of the severity. */
  mark: Mark;
  /** An absolute https address. */
  link?: string;
  mention: Message['mention'];
}

export interface ChannelDeclaration<Mark extends string = string, Body extends object = object> {
  /** Lower-case letters; the name of the file, of the settings and part of the action's key. */
  key: string;
  name: Bilingual;
  /** Of the action that sends a message. */
  description: Bilingual;
  address: Address;
  /** Left out where the channel's bots do not check signatures. */
  signing?: Signing;
  severity: {
    shownAs: 'color' | 'emoji';
    marks: Readonly<Record<Severity, Mark>>;
  };
  markup: Markup;
  /** The body of a request without the signature's fields. `build` is checked against it, and so is what the sandbox receives. */
  form: z.ZodType<Body>;
  build(draft: Draft<Mark>): Body;
  limits: Limits;
  answers: {
    /** Reads code and text out of the JSON of an answer. */
    form: z.ZodType<{ code: number; text: string }>;
    /** The first rule that fits decides. A code that fits none is a message refused for an unknown reason. */
    rules: readonly AnswerRule[];
  };
}

/** The webhook address of a bot: an origin, the path, the token, and nothing else. */
export interface Address {
  /** The first one stands in the example. */
  origins: readonly `https://${string}`[];
  /** Everything between the origin and the token, with the query's name where the token stands in a query. */
  path: `/${string}`;
  /** The whole token. */
  token: RegExp;
  /** Where a seller finds the address. */
  help: Bilingual;
}

export interface Signing {
  /** Where a seller finds the secret. */
  help: Bilingual;
  /** Whether the fields stand in the body, before the message, or in the query. */
  place: 'body' | 'query';
  /** @param now epoch milliseconds */
  sign(secret: string, now: number): Record<string, string>;
}

/** How text is written for the channel. Text is cut before it is escaped, so no escape is ever cut in half. */
export interface Markup {
  /** Makes a part of one line literal: nothing in it is a link, a mention or any other markup. */
  escape(text: string): string;
  /** @param escaped what `escape` returned */
  bold(escaped: string): string;
  /** @param escaped what `escape` returned */
  italic(escaped: string): string;
  lineBreak: string;
}

export interface Limits {
  /** Of the whole body as UTF-8, the signature's fields included. */
  bytes: number;
  perMinute: number;
  perSecond?: number;
}

/** What an answer with a readable code says about the message. */
export type Outcome =
  | { is: 'delivered' }
  /** Not delivered, but accepted later. A bot that was silenced stays so for `pauseMs`; an earlier message is in vain. */
  | { is: 'busy'; pauseMs?: number }
  /** Refused for good because of the address, the signature, the sender's IP, a missing keyword or the size. */
  | { is: 'address' | 'signature' | 'ip' | 'keyword' | 'too_long' }
  /** Refused for good because of what the message says or how it is built. */
  | { is: 'message'; reason: keyof typeof REFUSAL_REASONS };

export type AnswerRule = Outcome & {
  code: number | readonly number[];
  /** Left out: any text. */
  text?: RegExp;
};

/** A channel whose bots may check signatures. */
export type SigningChannel = ChannelDeclaration & { signing: Signing };

/** Checks a declaration and returns it. Types of its marks and its form are told from the declaration itself. */
export const channel = <
  const Mark extends string,
  Body extends object,
  D extends ChannelDeclaration<Mark, Body>,
>(
  declaration: D &
    ChannelDeclaration<Mark, Body> & { [K in Exclude<keyof D, keyof ChannelDeclaration>]: never },
): D => declaration;
