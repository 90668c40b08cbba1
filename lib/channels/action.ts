/** Derives the action "Send … Message" from a channel. */

import * as z from 'zod';
import type { MessageLanguage } from '../language.ts';
import { choice, secret, text } from '../pack/input.ts';
import { type ActionDeclaration, action, sink, type TypedAction } from '../pack/operation.ts';
import { type Bilingual, fail } from '../problems.ts';
import { readAddress } from './address.ts';
import type { ChannelDeclaration, SigningChannel } from './channel.ts';
import { type Sender, sendMessage } from './send.ts';

export interface ChannelServices extends Sender {
  /** An origin on this machine that also accepts messages. */
  testOrigin?: string;
  /** Of what the connector adds to a message. Default: both. */
  language?: MessageLanguage;
}

interface Receipt extends Record<string, unknown> {
  message_id: string;
  title: string;
  sent_at: string;
  is_truncated: boolean;
}

const ADDRESS_LABEL: Bilingual = { en: 'Webhook URL', zh: 'Webhook 地址' };
const LINK_LABEL: Bilingual = { en: 'Link', zh: '链接' };
const LINK: Bilingual = { en: 'an address that starts with https://', zh: '以 https:// 开头的网址' };

const SEVERITY_HELP: Record<'color' | 'emoji', Bilingual> = {
  color: { en: 'The color of the message.', zh: '决定消息颜色。' },
  emoji: { en: 'The emoji of the message.', zh: '决定消息图标。' },
};

const commonInputs = (channel: ChannelDeclaration) => {
  const kilobytes = Math.floor(channel.limits.bytes / 1000);
  return {
    webhook_url: secret({ label: ADDRESS_LABEL, help: channel.address.help, required: true }),
    title: text({
      label: { en: 'Title', zh: '标题' },
      help: { en: 'Title or Title (Chinese) of the trigger.', zh: '选触发器的 Title (Chinese)。' },
      required: true,
    }),
    text: text({
      label: { en: 'Text', zh: '正文' },
      help: {
        en: `Text or Text (Chinese) of the trigger. Longer than ${kilobytes} KB, it is shortened.`,
        zh: `选 Text (Chinese)。超过 ${kilobytes} KB 会被截短。`,
      },
      required: true,
      multiline: true,
    }),
    severity: choice({
      label: { en: 'Severity', zh: '级别' },
      help: SEVERITY_HELP[channel.severity.shownAs],
      choices: {
        info: { en: 'Info (blue)', zh: '普通（蓝色）' },
        warning: { en: 'Warning (orange)', zh: '注意（橙色）' },
        urgent: { en: 'Urgent (red)', zh: '紧急（红色）' },
      },
      default: 'info',
    }),
    link: text({
      label: LINK_LABEL,
      help: { en: 'The page that the button of the message opens.', zh: '点击消息按钮时打开。' },
      pattern: /https:\/\/\S{1,2000}/,
      allowed: LINK,
    }),
    mention: choice({
      label: { en: 'Mention', zh: '提醒谁看' },
      choices: {
        nobody: { en: 'Nobody', zh: '不提醒' },
        everyone: { en: 'Everyone in the group', zh: '群内所有人' },
      },
      default: 'nobody',
    }),
  };
};

type CommonInputs = ReturnType<typeof commonInputs>;

/** The inputs of a channel with signatures, in the order of the form. */
const signingInputs = (channel: SigningChannel) => {
  const { webhook_url, title, text: body, ...rest } = commonInputs(channel);
  const signing_code = secret({
    label: { en: 'Signing Secret', zh: '签名密钥' },
    help: channel.signing.help,
  });
  return { webhook_url, title, text: body, signing_code, ...rest };
};

type SigningInputs = ReturnType<typeof signingInputs>;

/** The values of these inputs. */
const inputValues = z.object({
  webhook_url: z.string(),
  signing_code: z.string().optional(),
  title: z.string(),
  text: z.string(),
  severity: z.enum(['info', 'warning', 'urgent']),
  link: z.string().optional(),
  mention: z.enum(['nobody', 'everyone']),
});

/** The key of the action that sends a message to a channel. */
export const messageActionKey = ({ key }: Pick<ChannelDeclaration, 'key'>): string => `send_${key}_message`;

/** The channel of an action that sends messages; undefined for any other action. */
export const channelOf = (
  action: Pick<ActionDeclaration, 'key'>,
  channels: readonly ChannelDeclaration[],
): ChannelDeclaration | undefined => channels.find((channel) => messageActionKey(channel) === action.key);

export function messageAction(channel: SigningChannel): TypedAction<ChannelServices, SigningInputs>;
export function messageAction(channel: ChannelDeclaration): TypedAction<ChannelServices, CommonInputs>;
export function messageAction(channel: ChannelDeclaration): ActionDeclaration<ChannelServices> {
  const { name, description } = channel;
  const rest = {
    key: messageActionKey(channel),
    noun: `${name.en} Message`,
    label: { en: `Send ${name.en} Message`, zh: `发送${name.zh}消息` },
    makeLabel: `Send a ${name.en} Message`,
    description,
    outputs: OUTPUTS,
    sample: SAMPLE,
  };
  return isSigning(channel)
    ? action({
        ...rest,
        inputs: signingInputs(channel),
        sink: botSink(channel, [...READ_INPUTS, 'signing_code']),
      })
    : action({ ...rest, inputs: commonInputs(channel), sink: botSink(channel, READ_INPUTS) });
}

const OUTPUTS = {
  message_id: { label: { en: 'Message ID', zh: '消息编号' }, type: 'string' },
  title: { label: { en: 'Title', zh: '标题' }, type: 'string' },
  sent_at: { label: { en: 'Sent At', zh: '发送时间' }, type: 'datetime' },
  is_truncated: { label: { en: 'Text Shortened', zh: '是否截短' }, type: 'boolean' },
} as const;

const SAMPLE: Receipt = {
  message_id: '7c1f0d5a93be4826',
  title: 'New order USD 98.64 · Laptop Stand ×3',
  sent_at: '2026-11-21T02:15:00.000Z',
  is_truncated: false,
};

const READ_INPUTS = ['webhook_url', 'title', 'text', 'severity', 'link', 'mention'] as const;

const isSigning = (channel: ChannelDeclaration): channel is SigningChannel => channel.signing !== undefined;

const botSink = <const R extends string>(channel: ChannelDeclaration, readsInputs: readonly R[]) =>
  sink({
    key: channel.key,
    readsInputs,
    deliver: async (inputs, { testOrigin, language, ...sender }: ChannelServices): Promise<Receipt> => {
      const { webhook_url, signing_code, link, ...message } = inputValues.parse(inputs);
      const address = readAddress(channel, webhook_url, ADDRESS_LABEL, testOrigin);
      const { id, sentAt, isTruncated } = await sendMessage(
        channel,
        {
          address,
          ...(signing_code !== undefined && { secret: signing_code }),
          message: {
            ...message,
            ...(link !== undefined && { link: readLink(link) }),
            ...(language && { language }),
          },
        },
        sender,
      );
      return {
        message_id: id,
        title: message.title,
        sent_at: new Date(sentAt).toISOString(),
        is_truncated: isTruncated,
      };
    },
  });

/** Percent-encodes a link as browsers do. Messengers reject addresses with blanks or quotation marks. */
const readLink = (link: string): string =>
  URL.canParse(link) ? new URL(link).href : fail('bad_input', { field: LINK_LABEL, allowed: LINK });
