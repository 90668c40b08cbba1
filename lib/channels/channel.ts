/**
 * The declaration of a channel. A channel is one messenger: the webhook addresses of its bots, the signature of a
 * request, the form of a message, the escaping of foreign text, the limits, and the meaning of its answers. Derived from
 * it are the action that sends a message with its help texts and checks, the settings of the hub, and the checks
 * of the sandbox.
 */

import type * as z from 'zod';
import type { MessageLanguage } from '../language.ts';
import type { Severity } from '../pack/operation.ts';
import type { Bilingual, REFUSAL_REASONS } from '../problems.ts';

/** A message as the user filled it in. */
export interface Message {
  title: string;
  /** In the connector's own Markdown, see `markup.ts`. */
  text: string;
  severity: Severity;
  /** Shown as a button, or at the end of the text. */
  link?: string;
  mention: 'nobody' | 'everyone';
  /** Of what the connector adds to it. Default: both. */
  language?: MessageLanguage;
}

/** A message that `build` puts into the form of a channel. It has no control characters and is short enough. */
export interface Draft<Mark extends string> {
  /** One line, not escaped. */
  title: string;
  /** In the channel's markup. Everything that is not the connector's own markup is escaped. */
  text: string;
  /** The color or emoji of the severity. */
  mark: Mark;
  /** An absolute https address. */
  link?: string;
  /** Of the link. */
  openLabel: string;
  mention: Message['mention'];
}

export interface ChannelDeclaration<Mark extends string = string, Body extends object = object> {
  /** Lower-case letters. Names the file, the settings and the action: feishu.ts, FEISHU_WEBHOOK_URL, send_feishu_message. */
  key: string;
  name: Bilingual;
  /** Of the action that sends a message. */
  description: Bilingual;
  address: Address;
  /** Left out if the channel has no signatures. */
  signing?: Signing;
  severity: {
    shownAs: 'color' | 'emoji';
    marks: Readonly<Record<Severity, Mark>>;
  };
  markup: Markup;
  /**
   * The body of a request, without the fields of the signature. The compiler checks `build` against it, and the sandbox
   * checks what it receives.
   */
  form: z.ZodType<Body>;
  build(draft: Draft<Mark>): NoInfer<Body>;
  limits: Limits;
  answers: {
    /** Extracts code and text from the JSON of an answer. */
    form: z.ZodType<{ code: number; text: string }>;
    /** The first matching rule applies. A code without a rule is a refusal for an unknown reason. */
    rules: readonly AnswerRule[];
  };
}

/** The webhook address of a bot: an origin, the path, the token, and nothing else. */
export interface Address {
  /** The first one is shown in the example. */
  origins: readonly `https://${string}`[];
  /** Everything between origin and token. Ends with `?name=` if the token is a query parameter. */
  path: `/${string}`;
  /** The whole token. */
  token: RegExp;
  /** Where a seller finds the address. */
  help: Bilingual;
}

export interface Signing {
  /** Where a seller finds the secret. */
  help: Bilingual;
  /** Where the fields are put: into the body before the message, or into the query. */
  place: 'body' | 'query';
  /** @param now epoch milliseconds */
  sign(secret: string, now: number): Record<string, string>;
}

/** The markup of a channel. Text is shortened before it is escaped, so no escape is cut in half. */
export interface Markup {
  /** Makes a part of a line literal, so that it contains no link, mention or other markup. */
  escape(text: string): string;
  /** @param escaped what `escape` returned */
  bold(escaped: string): string;
  /** @param escaped what `escape` returned */
  italic(escaped: string): string;
  lineBreak: string;
}

export interface Limits {
  /** Of the whole body in UTF-8, including the fields of the signature. */
  bytes: number;
  perMinute: number;
  perSecond?: number;
}

/** The meaning of an answer for the message. */
export type Outcome =
  | { is: 'delivered' }
  /** Not delivered; may be sent again. `pauseMs`: the bot rejects every message for this long. */
  | { is: 'busy'; pauseMs?: number }
  /** Refused because of the webhook address, the signature, the sender's IP address, a missing keyword or the size. */
  | { is: 'address' | 'signature' | 'ip' | 'keyword' | 'too_long' }
  /** Refused because of the content or the form of the message. */
  | { is: 'message'; reason: keyof typeof REFUSAL_REASONS };

export type AnswerRule = Outcome & {
  code: number | readonly number[];
  /** Must match the text of the answer. */
  text?: RegExp;
};

/** A channel with signatures. */
export type SigningChannel = ChannelDeclaration & { signing: Signing };

/** Checks the types of a declaration and returns it. The types of marks and body are inferred. */
export const channel = <
  const Mark extends string,
  Body extends object,
  D extends ChannelDeclaration<Mark, Body>,
>(
  declaration: D &
    ChannelDeclaration<Mark, Body> & { [K in Exclude<keyof D, keyof ChannelDeclaration>]: never },
): D => declaration;
