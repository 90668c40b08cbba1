/** One field of a recipe's form, by its type. */

import type { Bilingual } from '../../../../problems.ts';
import { checkbox, type Form, labelled, secretField, selectField } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import type { ChosenShop, RecipeAnswer } from '../view.ts';

type Field = RecipeAnswer['fields'][number];
type Choices = Readonly<Record<string, Bilingual>>;

/** Until the shop was checked, nothing can be offered. */
const ONE_A_LINE: Bilingual = {
  zh: '每行一个编号（商品 ID 为商品网址 item/ 后的数字）。查询过店铺后，此处改为可勾选的名称。',
  en: 'One number on each line; that of a product stands in its web address after item/. Once the shop was checked, names are offered here instead.',
};

/** @param offered what the hub knows of the shop, such as its products */
export function recipeField(form: Form, field: Field, offered: ChosenShop['options']): Html {
  const { key, type, label, is_required, is_set, choices, preset, value } = field;
  const help = field.help ? plain(field.help) : undefined;
  const options = { label, help, isRequired: is_required };
  const given = value ?? preset;
  const text = String(given ?? '');
  switch (type) {
    case 'secret':
      return html`<div>${botField(form, field)}${secretField(key, { ...options, isKept: is_set })}
${is_set && checkbox(form, `remove_${key}`, 'yes', { zh: '移除已保存的值', en: 'Remove it' }, false)}</div>`;
    case 'choices':
      return checkboxes(form, field, choices ?? {}, textsOf(given));
    case 'texts': {
      const known = Object.fromEntries(
        (offered.get(field.options ?? '') ?? []).map((each) => [each.value, each.label]),
      );
      const texts = textsOf(given);
      if (Object.keys(known).length > 0) {
        const others = texts.map((each) => [each, { zh: each, en: '' }]);
        return checkboxes(form, field, { ...Object.fromEntries(others), ...known }, texts);
      }
      const area = html`<textarea name="${key}" rows="2">${form.value(key, texts.join('\n'))}</textarea>`;
      return labelled(
        {
          ...options,
          help: { zh: `${help?.zh ?? ''}${ONE_A_LINE.zh}`, en: `${help?.en ?? ''} ${ONE_A_LINE.en}` },
        },
        area,
      );
    }
    case 'choice':
      return labelled(options, select(form, key, choices ?? {}, text));
    default:
      return labelled(options, input(form, field, text));
  }
}

/** The bots that other recipes use, without their addresses. */
function botField(form: Form, { key, is_set, bots_of }: Field): Html | false {
  if (bots_of.length === 0) return false;
  const own = is_set
    ? { zh: '已保存的机器人', en: 'The bot that is saved' }
    : { zh: '在下方填写地址', en: 'Enter the address below' };
  const others = bots_of.map(({ recipe, title: { zh, en } }): [string, Bilingual] => [
    recipe,
    { zh: `与“${zh}”相同的机器人`, en: `The bot of "${en}"` },
  ]);
  return selectField(
    form,
    `same_${key}`,
    [['', own] as const, ...others].map(([value, { zh, en }]) => ({ value, label: `${zh} ${en}` })),
    { label: { zh: '机器人', en: 'Bot' } },
  );
}

const textsOf = (given: unknown): string[] => [given ?? []].flat().map(String);

const checkboxes = (
  form: Form,
  { key, label, help }: Field,
  choices: Choices,
  chosen: readonly string[],
): Html =>
  html`<fieldset><legend>${both(label)}</legend><div class="choices">${Object.entries(choices).map(
    ([choice, name]) => checkbox(form, key, choice, name, chosen.includes(choice)),
  )}</div>${help && html`<span class="help">${both(plain(help))}</span>`}</fieldset>`;

const select = (form: Form, key: string, choices: Choices, preset: string): Html =>
  html`<select name="${key}">${Object.entries({
    ...(preset === '' && { '': { zh: '不限', en: 'any' } }),
    ...choices,
  }).map(
    ([value, { zh, en }]) =>
      html`<option value="${value}"${form.value(key, preset) === value && html` selected`}>${zh} ${en}</option>`,
  )}</select>`;

/** Of a text whose usual values are offered, any other is accepted as well. */
function input(form: Form, { key, type, choices }: Field, preset: string): Html {
  const list = `${form.anchor}-${key}`;
  const attributes = html`${type === 'integer' && html` inputmode="numeric"`}${choices && html` list="${list}"`}`;
  return html`<input name="${key}" value="${form.value(key, preset)}" maxlength="300" autocomplete="off"${attributes}>${
    choices &&
    html`<datalist id="${list}">${Object.entries(choices).map(
      ([value, { zh, en }]) => html`<option value="${value}">${zh} ${en}</option>`,
    )}</datalist>`
  }`;
}

/** The texts of recipes mark the names of operations by asterisks, as the pages of the documentation need it. */
export const plain = ({ zh, en }: Bilingual): Bilingual => ({
  zh: zh.replaceAll('*', ''),
  en: en.replaceAll('*', ''),
});
