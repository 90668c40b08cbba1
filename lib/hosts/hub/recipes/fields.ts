/** The fields of a recipe: the inputs of its trigger, and where its steps deliver. */

import { readAddress } from '../../../channels/address.ts';
import type { ChannelDeclaration } from '../../../channels/channel.ts';
import { choice, type Input, readInputs, secret } from '../../../pack/input.ts';
import type { RecipeDeclaration } from '../../../pack/recipe.ts';
import { type Bilingual, fail } from '../../../problems.ts';
import type { HubRuntime } from '../runtime.ts';
import type { Targets } from '../webhooks/targets.ts';
import { addressKey, type HubStep, type RecipeSettings, secretKey, stepsOfRecipe } from './steps.ts';

export interface RecipeField {
  key: string;
  part: 'trigger' | 'messenger' | 'ticket' | 'sheet';
  declared: Input;
  /** What the recipe fills in where the user does not. */
  preset?: unknown;
  /** More than the declared input demands. @throws Problem `bad_input`, `target_refused` */
  check?(value: string): void;
}

/** Something that must be filled in before the recipe can be switched on. */
export interface Missing {
  /** One of these fields. */
  fields: string[];
  label: Bilingual;
}

export const TICKET_ADDRESS = 'ticket_webhook_url';
export const SHEET_FORMAT = 'sheet_format';

type Services = { runtime: Pick<HubRuntime, 'registry' | 'settings'>; targets: Pick<Targets, 'check'> };

export function fieldsOf(recipe: RecipeDeclaration, services: Services): RecipeField[] {
  const inputs = Object.entries(recipe.trigger.inputs).map(([key, declared]): RecipeField => {
    const preset = recipe.inputs[key] ?? ('default' in declared ? declared.default : undefined);
    return { key, part: 'trigger', declared, ...(preset !== undefined && { preset }) };
  });
  const steps = stepsOfRecipe(recipe, services.runtime.registry.channels);
  return [...inputs, ...steps.flatMap((step) => fieldsOfStep(step, services))];
}

function fieldsOfStep(step: HubStep, { runtime, targets }: Services): RecipeField[] {
  switch (step.kind) {
    case 'message':
      return messengerFields(step.channel, runtime.settings.channelTestOrigin);
    case 'ticket':
      return [
        { key: TICKET_ADDRESS, part: 'ticket', declared: TICKET_INPUT, check: (url) => targets.check(url) },
      ];
    case 'sheet':
      return [{ key: SHEET_FORMAT, part: 'sheet', declared: FORMAT_INPUT, preset: FORMAT_INPUT.default }];
  }
}

export function messengerFields(channel: ChannelDeclaration, testOrigin: string | undefined): RecipeField[] {
  const { name, address, signing } = channel;
  const label = { en: `Webhook URL of ${name.en}`, zh: `${name.zh} Webhook 地址` };
  const url: RecipeField = {
    key: addressKey(channel),
    part: 'messenger',
    declared: secret({ label, help: address.help }),
    check: (value) => {
      readAddress(channel, value, label, testOrigin);
    },
  };
  const key = secretKey(channel);
  if (!signing || key === undefined) return [url];
  const code = { en: `Signing Secret of ${name.en}`, zh: `${name.zh}签名密钥` };
  return [url, { key, part: 'messenger', declared: secret({ label: code, help: signing.help }) }];
}

const TICKET_INPUT = secret({
  label: { en: 'Address of the ticket system', zh: '工单系统地址' },
  help: {
    en: 'An https address that accepts a ticket as JSON. If it is empty, tickets are stored as files.',
    zh: '接收工单 JSON 的 https 地址；不填则工单存为文件。',
  },
});
const FORMAT_INPUT = choice({
  label: { en: 'File format', zh: '文件格式' },
  help: {
    en: 'The hub writes the whole file again for every new row. Copy it before you change it.',
    zh: '每次新增行时都会重写整个文件，修改前请先复制一份。',
  },
  choices: {
    xlsx: { en: 'Excel (.xlsx)', zh: 'Excel（.xlsx）' },
    csv: { en: 'Text (.csv)', zh: '文本（.csv）' },
  },
  default: 'xlsx',
});

/**
 * The settings with these values changed. An empty value is removed.
 * @throws Problem `bad_input`, `target_refused`
 */
export function changed(
  fields: readonly RecipeField[],
  settings: RecipeSettings,
  given: Readonly<Record<string, unknown>>,
): RecipeSettings {
  const values: Record<string, unknown> = { ...settings };
  for (const [key, raw] of Object.entries(given)) {
    const field = fields.find((each) => each.key === key) ?? unknownField(fields, key);
    const { required: _, ...declared } = { ...field.declared, default: undefined };
    const value = readInputs({ [key]: declared as Input }, { [key]: raw })[key];
    if (value === undefined) delete values[key];
    else {
      field.check?.(String(value));
      values[key] = value;
    }
  }
  return values;
}

function unknownField(fields: readonly RecipeField[], field: string): never {
  const names = fields.map(({ key }) => key).join(', ');
  return fail('bad_input', { field, allowed: { en: `one of ${names}`, zh: `${names} 之一` } });
}

/** What the recipe's trigger is polled with. */
export const triggerInputs = (
  recipe: RecipeDeclaration,
  settings: RecipeSettings,
): Record<string, unknown> => ({
  ...recipe.inputs,
  ...Object.fromEntries(
    Object.keys(recipe.trigger.inputs).flatMap((key) => (key in settings ? [[key, settings[key]]] : [])),
  ),
});

export function missingIn(
  recipe: RecipeDeclaration,
  channels: readonly ChannelDeclaration[],
  settings: RecipeSettings,
): Missing[] {
  const given = triggerInputs(recipe, settings);
  const inputs = Object.entries(recipe.trigger.inputs)
    .filter(([key, { required }]) => required && given[key] === undefined)
    .map(([key, { label }]) => ({ fields: [key], label }));
  const messengers = stepsOfRecipe(recipe, channels).flatMap((step) =>
    step.kind === 'message' ? [addressKey(step.channel)] : [],
  );
  const isReached = messengers.length === 0 || messengers.some((key) => key in settings);
  return isReached ? inputs : [...inputs, { fields: messengers, label: MESSENGER }];
}

const MESSENGER: Bilingual = { en: 'Webhook URL of a messenger', zh: '任一群机器人的 Webhook 地址' };
