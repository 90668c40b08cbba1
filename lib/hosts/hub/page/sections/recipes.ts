/** The recipes of the shop that is shown: a form for each. */

import type { Bilingual } from '../../../../problems.ts';
import { type Form, formOf } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { badge, facts, listed, notice, section } from '../parts.ts';
import type { ChosenShop, RecipeAnswer, View } from '../view.ts';
import { plain, recipeField } from './recipe-field.ts';

type Field = RecipeAnswer['fields'][number];

const TITLE = { zh: '流程模板', en: 'Recipes' };
const ABOUT = {
  zh: '选一个模板，填入群机器人的 Webhook 地址并启用。保存前会先发一条测试消息。',
  en: 'Choose a recipe, fill in the webhook URL of a group bot and switch it on. A test message is sent first.',
};

export const recipesSection = (view: View, { recipes, options }: ChosenShop): Html =>
  section(
    view,
    'recipes',
    TITLE,
    ABOUT,
    html`<ul class="list">${recipes.map((recipe) => recipeItem(view, recipe, options))}</ul>`,
  );

function recipeItem(view: View, recipe: RecipeAnswer, options: ChosenShop['options']): Html {
  const { key, title, purpose, freshness, watch, steps, reason, state } = recipe;
  const form = formOf(view, 'recipe', key);
  const trial = trialForm(view, recipe);
  return html`<li><details class="item"${(form.isSent || trial?.isSent) && html` open`}><summary><span class="grow">${both(title)}</span>
${STATES[state]}</summary>
<p>${both(plain(purpose))}</p>
${reason !== null && notice('warn', reason)}
${steps.length > 0 && facts([[{ zh: '执行', en: 'Does' }, listed(steps.map(({ name }) => name))]])}
${form.around(html`${groupsOf(recipe).map((each) => group(form, each, options))}
${buttons(recipe)}`)}
${trial?.content}
<details class="about"><summary>${both({ zh: '说明', en: 'Details' })}</summary>
<p>${both(plain(freshness))}</p>${watch.map((each) => html`<p>${both(plain(each))}</p>`)}</details>
</details></li>`;
}

/** An example of a recipe that is on goes the whole way of an event; before that, only messages are sent. */
function trialForm(
  view: View,
  { key, subscription, state, fields }: RecipeAnswer,
): { isSent: boolean; content: Html } | undefined {
  const isOn = subscription !== null && state !== 'off';
  if (!isOn && !fields.some((field) => isAddress(field) && field.is_set)) return undefined;
  const form = isOn ? formOf(view, 'recipe_example', subscription) : formOf(view, 'test_recipe', key);
  const label = isOn
    ? { zh: '发送示例', en: 'Send an example' }
    : { zh: '发送测试消息', en: 'Send a test message' };
  const button = html`<div class="actions"><button class="second small">${both(label)}</button></div>`;
  return { isSent: form.isSent, content: form.around(button) };
}

const TEST_AND_SWITCH_ON = { zh: '测试并启用', en: 'Test and switch on' };
const isAddress = ({ type }: Field): boolean => type === 'secret';

const STATES: Record<RecipeAnswer['state'], Html> = {
  off: badge({ zh: '未启用', en: 'off' }),
  starting: badge({ zh: '启动中', en: 'starting' }, 'good'),
  on: badge({ zh: '已启用', en: 'on' }, 'good'),
  paused: badge({ zh: '已暂停', en: 'paused' }, 'warn'),
};

function buttons({ state, fields }: RecipeAnswer): Html {
  const switchOn = fields.some(isAddress) ? TEST_AND_SWITCH_ON : { zh: '启用', en: 'Switch on' };
  const save = (kind: string) =>
    html`<button name="do" value="keep" class="${kind}">${both({ zh: '保存', en: 'Save' })}</button>`;
  return state === 'off'
    ? html`<div class="actions"><button name="do" value="on">${both(switchOn)}</button>${save('second')}</div>`
    : html`<div class="actions">${save('')}<button name="do" value="off" class="second">${both({ zh: '停用', en: 'Switch off' })}</button></div>`;
}

interface Group {
  legend: Bilingual;
  fields: Field[];
}

function groupsOf({ fields }: RecipeAnswer): Group[] {
  const of = (part: Field['part']) => fields.filter((field) => field.part === part);
  return [
    { legend: { zh: '群机器人（至少填一个）', en: 'Group bots, at least one' }, fields: of('messenger') },
    { legend: { zh: '工单', en: 'Tickets' }, fields: of('ticket') },
    { legend: { zh: '表格', en: 'Sheet' }, fields: of('sheet') },
    { legend: { zh: '触发条件', en: 'Conditions' }, fields: of('trigger') },
  ].filter((each) => each.fields.length > 0);
}

const group = (form: Form, { legend, fields }: Group, options: ChosenShop['options']): Html =>
  html`<fieldset class="group"><legend>${both(legend)}</legend><div class="fields two">${fields.map((field) => recipeField(form, field, options))}</div></fieldset>`;
