/** What is told about steps that did not go as they should. */

import type { RecipeDeclaration } from '../../../pack/recipe.ts';
import type { Bilingual } from '../../../problems.ts';
import type { Alert } from '../alerts/alerts.ts';
import { droppedKey, parkedKey, uncertainKey, waitingKey } from '../deliveries/alert-keys.ts';
import type { Delivery } from '../deliveries/deliveries.ts';
import type { HubStep } from './steps.ts';

export interface StepFacts {
  delivery: Delivery;
  shop: string;
  recipe: Pick<RecipeDeclaration, 'title'>;
  step: Pick<HubStep, 'name'>;
  /** Of the event. */
  title: Bilingual;
}

export const waitingAlert = ({ delivery, shop, recipe, step }: StepFacts, why: Bilingual): Alert => ({
  key: waitingKey(delivery),
  shop,
  text: {
    en: `"${recipe.title.en}" (${step.name.en}) waits and is tried again: ${why.en}`,
    zh: `“${recipe.title.zh}”（${step.name.zh}）暂未送达，会继续重试：${why.zh}`,
  },
});

/** What the step cannot deliver, while it may deliver others. It ends with this delivery. */
export const parkedAlert = ({ delivery, shop, recipe, step, title }: StepFacts, why: Bilingual): Alert => ({
  key: parkedKey(delivery),
  shop,
  text: {
    en: `"${title.en}" was not delivered (${recipe.title.en}, ${step.name.en}) and is tried again: ${why.en}`,
    zh: `“${title.zh}”暂未送达（${recipe.title.zh}，${step.name.zh}），会继续重试：${why.zh}`,
  },
});

export const droppedAlert = ({ delivery, shop, recipe, step, title }: StepFacts, why: Bilingual): Alert => ({
  key: droppedKey(delivery.id),
  shop,
  text: {
    en: `"${title.en}" was not delivered (${recipe.title.en}, ${step.name.en}) and is not sent again by itself: ${why.en}`,
    zh: `“${title.zh}”未送达（${recipe.title.zh}，${step.name.zh}），不会自动重发：${why.zh}`,
  },
});

/** A message that may have arrived. */
export const uncertainAlert = (
  { delivery, shop, recipe, step, title }: StepFacts,
  why: Bilingual,
): Alert => ({
  key: uncertainKey(delivery.id),
  shop,
  text: {
    en: `"${title.en}" may have arrived or not (${recipe.title.en}, ${step.name.en}): ${why.en}. It is not sent again by itself. Check the group, then send it again on the page if it is missing.`,
    zh: `“${title.zh}”可能已送达，也可能没有（${recipe.title.zh}，${step.name.zh}）：${why.zh}。不会自动重发。请先查看群消息，如未收到，可在页面上重新发送。`,
  },
});
