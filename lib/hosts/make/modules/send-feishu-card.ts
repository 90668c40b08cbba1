/**
 * The action "Send Feishu Card": the card of `lib/feishu/card.ts`, and the verdicts of `bot.ts`. IML cannot look for the
 * longest text that fits, so a text that is too long as a whole is cut at a length that always fits.
 */

import type { ActionDeclaration } from '../../../pack/operation.ts';
import type { ProblemKind } from '../../../problems.ts';
import { inputValues } from '../conditions.ts';
import { asText, call, type Iml, joined, matches, mustache, quoted, when, wordOf } from '../iml.ts';
import { inputCheck } from '../input-check.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { outputInterface, toParameters } from '../parameters.ts';
import { errorTypes, problemText } from '../problems.ts';
import { fromMs } from '../times.ts';

const ADDRESS =
  'https:\\/\\/open\\.(?:feishu\\.cn|larksuite\\.com|larkoffice\\.com)\\/open-apis\\/bot\\/v2\\/hook\\/[A-Za-z0-9._~-]{8,128}';
const TITLE_LIMIT = 200;
/** Bytes of the text in JSON beside which the rest of a card has room in Feishu's 20,480. */
const TEXT_BYTES = 17_000;
/** A character takes three bytes at most, and its escape no more. */
const TEXT_LIMIT = 5600;

const bytesOf = (text: Iml): Iml =>
  call('length', call('replace', call('encodeURL', text), quoted('/%[0-9A-F][0-9A-F]/g'), quoted('x')));

const VERDICTS: Record<string, ProblemKind> = {
  9499: 'feishu_card_refused',
  11232: 'feishu_busy',
  2200: 'feishu_busy',
  19001: 'feishu_address_refused',
  19002: 'feishu_card_refused',
  19021: 'feishu_signature_refused',
  19022: 'feishu_ip_refused',
  19024: 'feishu_keyword_missing',
};

const CODE = '"(?:code|StatusCode)"\\s*:\\s*';
const code = when(
  matches('body', `[\\s\\S]*?${CODE}-?\\d+[\\s\\S]*`),
  call('replace', 'body', quoted(`/^[\\s\\S]*?${CODE}(-?\\d+)[\\s\\S]*$/`), quoted('$1')),
  "''",
);
const WITH_CODE: readonly ProblemKind[] = ['feishu_address_refused', 'feishu_busy', 'feishu_card_refused'];
/** What each code means stands in `temp`, because the message of an error has little room. */
const words: Record<string, string> = Object.fromEntries(
  Object.entries(VERDICTS).map(([each, kind]) => [
    `k${each}`,
    mustache(problemText(kind, WITH_CODE.includes(kind) ? { code: quoted(each) } : {})),
  ]),
);
const types = Object.fromEntries(
  Object.entries(VERDICTS).map(([each, kind]) => [`k${each}`, errorTypes[kind]]),
);

const known = (table: string, lost: Iml, other: Iml): Iml =>
  when(`${code} = ''`, lost, call('ifempty', call('get', `temp.${table}`, joined(quoted('k'), code)), other));
const message = known('words', 'temp.lost', call('replace', 'temp.refused', quoted('/CODE/g'), code));
const type = known('types', quoted(errorTypes.feishu_answer_lost), quoted(errorTypes.feishu_card_refused));

/** Feishu's own gateway says 4xx with a code of the bot; 404 and 5xx are of something before it. */
const errors = (): Json => ({
  message: mustache(problemText('feishu_unreachable')),
  type: errorTypes.feishu_unreachable,
  '400': { message: mustache(message), type: mustache(type) },
  '403': { message: mustache(message), type: mustache(type) },
  '429': {
    message: mustache(problemText('feishu_busy', { code: quoted('429') })),
    type: errorTypes.feishu_busy,
  },
});

const text = call(
  'replace',
  asText('parameters.text'),
  quoted('/<(?=\\s{0,20}\\/?\\s{0,20}at\\b)/gi'),
  quoted('&lt;'),
);
const isLong = `${bytesOf(call('createJSON', text))} > ${TEXT_BYTES}`;
const title = asText('parameters.title');
const isLongTitle = `${call('length', title)} > ${TITLE_LIMIT}`;
const cutTo = (whole: Iml, length: number): Iml =>
  joined(call('substring', whole, 0, length - 1), quoted('…'));

export function sendFeishuCard(action: ActionDeclaration): MakeModule {
  const value = inputValues(action.inputs);
  const input = (key: string): Iml => call('trim', value(key));
  const isSigned = `${input('signing_code')} != ''`;
  const key = joined('temp.seconds', 'newline', input('signing_code'));
  const mention = when(
    `${input('mention')} = 'everyone'`,
    joined(quoted('<at id=all></at>'), 'newline'),
    "''",
  );
  const addressCheck: Json = {
    response: {
      valid: {
        condition: mustache(matches(input('bot_address'), ADDRESS)),
        message: mustache(
          problemText('bad_input', {
            field: quoted('Bot Address'),
            allowed: {
              en: quoted(
                'the webhook address of a Feishu custom bot, https://open.feishu.cn/open-apis/bot/v2/hook/…',
              ),
              zh: quoted('飞书自定义机器人的 webhook 地址，https://open.feishu.cn/open-apis/bot/v2/hook/…'),
            },
          }),
        ),
        type: errorTypes.bad_input,
      },
      output: '',
    },
  };
  const send: Json = {
    url: mustache(input('bot_address')),
    method: 'POST',
    type: 'json',
    temp: {
      at: "{{formatDate(now, 'x')}}",
      seconds: "{{formatDate(now, 'X')}}",
      words,
      types,
      lost: mustache(problemText('feishu_answer_lost')),
      refused: mustache(problemText('feishu_card_refused', { code: quoted('CODE') })),
      markdown: [
        { tag: 'markdown', content: mustache(joined(mention, when(isLong, cutTo(text, TEXT_LIMIT), text))) },
      ],
      button: [
        {
          tag: 'button',
          text: { tag: 'plain_text', content: '打开 / Open' },
          type: 'primary',
          behaviors: [{ type: 'open_url', default_url: mustache(input('link')) }],
        },
      ],
    },
    body: {
      timestamp: mustache(when(isSigned, 'temp.seconds', 'ignore')),
      sign: mustache(when(isSigned, call('sha256', "''", quoted('base64'), key), 'ignore')),
      msg_type: 'interactive',
      card: {
        schema: '2.0',
        config: { update_multi: true },
        header: {
          title: {
            tag: 'plain_text',
            content: mustache(when(isLongTitle, cutTo(title, TITLE_LIMIT), title)),
          },
          template: mustache(
            wordOf(input('severity'), { info: 'blue', warning: 'orange', urgent: 'red' }, quoted('blue')),
          ),
        },
        body: {
          direction: 'vertical',
          elements: mustache(
            when(`${input('link')} = ''`, 'temp.markdown', call('merge', 'temp.markdown', 'temp.button')),
          ),
        },
      },
    },
    response: {
      type: 'text',
      valid: { condition: mustache(`${code} = '0'`), message: mustache(message), type: mustache(type) },
      error: errors(),
      output: {
        title: mustache(title),
        sent_at: `{{${call('formatDate', fromMs('temp.at'), quoted('YYYY-MM-DD[T]HH:mm:ss'), quoted('UTC'))}}}.{{substring(temp.at, 10, 13)}}Z`,
        trimmed: mustache(when(isLong, 'true', isLongTitle)),
      },
    },
    // Whoever has the address can write to the group.
    log: { sanitize: ['request.url', 'request.body.sign', 'request.body.card'] },
  };
  return {
    key: action.key,
    type: 'action',
    needsNoShop: true,
    crud: 'create',
    label: action.label,
    description: action.description,
    communication: [...inputCheck(action.inputs), addressCheck, send],
    staticParams: [],
    mappableParams: toParameters(action.inputs),
    interface: outputInterface(action.outputs),
    samples: JSON.parse(JSON.stringify(action.sample)),
  };
}
