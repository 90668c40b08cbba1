/** The recipes of a shop: list, set, switch on and off, test. Addresses and secrets are never shown again. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { RecipeDeclaration } from '../../../pack/recipe.ts';
import { fail } from '../../../problems.ts';
import type { HubServices } from '../api/services.ts';
import { fieldsByKey, idText } from '../api/texts.ts';
import type { Subscription } from '../events/subscriptions.ts';
import { wordsOf } from '../reasons.ts';
import { type Bot, botsOf, settingsOfBots } from '../recipes/bots.ts';
import { changed, fieldsOf, missingIn, type RecipeField } from '../recipes/fields.ts';
import { recipeSettingsIn } from '../recipes/settings.ts';
import { type RecipeSettings, stepsWith } from '../recipes/steps.ts';
import { setRecipe, subscriptionOf } from '../recipes/switch.ts';
import { sendTest } from '../recipes/test-message.ts';
import { shopsIn } from '../shops/shops.ts';
import { bilingual, idParams, listOf, problemAnswer, toProblemAnswer } from './answers.ts';

export function mountRecipes(server: FastifyInstance, services: HubServices): void {
  const { runtime } = services;
  const { database, vault, registry, log } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const stored = recipeSettingsIn(database, vault);
  const findShop = (id: string): string => shopsIn(database, vault).get(id).id;
  const findRecipe = (key: string): RecipeDeclaration =>
    registry.recipes.find((each) => each.key === key) ??
    fail('not_found', { what: { en: 'The recipe', zh: '该流程模板' } });

  const settingsWith = (shop: string, recipe: RecipeDeclaration, { settings = {}, same_as }: Given) => {
    const given = { ...settingsOfBots(botsOf(runtime, shop), same_as ?? {}), ...settings };
    return changed(fieldsOf(recipe, services), stored.read(shop, recipe.key), given);
  };

  api.get(
    '/admin/shops/:id/recipes',
    { schema: { params: idParams, response: { 200: listOf(recipeAnswer) } } },
    async (request) => {
      const shop = findShop(request.params.id);
      const bots = botsOf(runtime, shop);
      return { items: registry.recipes.map((recipe) => toAnswer(services, shop, recipe, bots)) };
    },
  );

  api.put(
    '/admin/shops/:id/recipes/:key',
    { schema: { params: recipeParams, body: changes, response: { 200: recipeAnswer } } },
    async (request) => {
      const shop = findShop(request.params.id);
      const recipe = findRecipe(request.params.key);
      const { is_on: isOn, ...given } = request.body;
      setRecipe(services, shop, recipe, settingsWith(shop, recipe, given), isOn);
      log('a recipe was set', { shop, recipe: recipe.key, isOn: isOn ?? 'as it was' });
      return toAnswer(services, shop, recipe, botsOf(runtime, shop));
    },
  );

  api.post(
    '/admin/shops/:id/recipes/:key/test',
    {
      schema: {
        params: recipeParams,
        body: given,
        response: { 200: testAnswer },
      },
    },
    async (request) => {
      const shop = findShop(request.params.id);
      const recipe = findRecipe(request.params.key);
      const settings = settingsWith(shop, recipe, request.body);
      const results = await sendTest(services, shop, recipe, settings);
      return {
        results: results.map(({ step, name, isDelivered, problem }) => ({
          step,
          name,
          is_delivered: isDelivered,
          problem: problem ? toProblemAnswer(problem) : null,
        })),
      };
    },
  );
}

const recipeParams = idParams.extend({ key: idText });

const given = z.object({
  /** By the keys of fields. What is left out stays as it is, and an empty value is removed. */
  settings: fieldsByKey.optional(),
  /** By the fields of addresses: the recipe whose bot is used as well, with its signing secret. */
  same_as: z.record(idText, idText).optional(),
});
type Given = z.output<typeof given>;
const changes = given.extend({
  /** Left out: as it is. */
  is_on: z.boolean().optional(),
});

const field = z.object({
  key: z.string(),
  /** What the field is about. */
  part: z.enum(['trigger', 'messenger', 'ticket', 'sheet']),
  type: z.enum(['text', 'secret', 'integer', 'decimal', 'choice', 'choices', 'texts']),
  label: bilingual,
  help: bilingual.nullable(),
  /** Whether the recipe cannot be switched on without it. */
  is_required: z.boolean(),
  /** Value → label, for a choice, and for a text whose usual values are offered. */
  choices: z.record(z.string(), bilingual).nullable(),
  /** A list that `/v1/options` offers. */
  options: z.string().nullable(),
  /** What the recipe fills in. */
  preset: z.unknown(),
  /** What the user has filled in; null also for a secret, which is never shown. */
  value: z.unknown(),
  is_set: z.boolean(),
  /** Of an address: the recipes with another bot, for `same_as`. */
  bots_of: z.array(z.object({ recipe: z.string(), title: bilingual })),
});

export const recipeAnswer = z.object({
  key: z.string(),
  title: bilingual,
  purpose: bilingual,
  freshness: bilingual,
  watch: z.array(bilingual),
  trigger: z.string(),
  /** `starting`: on, but what is true already has not been read yet. */
  state: z.enum(['off', 'starting', 'on', 'paused']),
  /** Why it is paused. */
  reason: bilingual.nullable(),
  /** For `/admin/subscriptions`; null if it was never switched on. */
  subscription: z.string().nullable(),
  fields: z.array(field),
  /** What must be filled in before it can be switched on: one of the fields of each entry. */
  missing: z.array(z.object({ fields: z.array(z.string()), label: bilingual })),
  /** What it does for every event, with the present settings. */
  steps: z.array(z.object({ key: z.string(), name: bilingual })),
});

const testResult = z.object({
  step: z.string(),
  name: bilingual,
  is_delivered: z.boolean(),
  problem: problemAnswer.nullable(),
});

export const testAnswer = z.object({ results: z.array(testResult) });

const STATES: Record<Subscription['state'], z.infer<typeof recipeAnswer>['state']> = {
  starting: 'starting',
  active: 'on',
  paused: 'paused',
  ended: 'off',
};

function toAnswer(
  services: HubServices,
  shop: string,
  recipe: RecipeDeclaration,
  bots: readonly Bot[],
): z.infer<typeof recipeAnswer> {
  const { database, vault, registry } = services.runtime;
  const { key, title, purpose, freshness, watch, trigger } = recipe;
  const settings = recipeSettingsIn(database, vault).read(shop, key);
  const subscription = subscriptionOf(services.runtime, shop, key);
  return {
    key,
    title,
    purpose,
    freshness,
    watch: [...watch],
    trigger: trigger.key,
    state: subscription ? STATES[subscription.state] : 'off',
    reason: subscription?.state === 'paused' && subscription.reason ? wordsOf(subscription.reason) : null,
    subscription: subscription?.id ?? null,
    fields: fieldsOf(recipe, services).map((each) => toField(each, settings, bots)),
    missing: missingIn(recipe, registry.channels, settings),
    steps: stepsWith(recipe, registry.channels, settings).map((step) => ({ key: step.key, name: step.name })),
  };
}

function toField(
  { key, part, declared, preset = null }: RecipeField,
  settings: RecipeSettings,
  bots: readonly Bot[],
): z.infer<typeof field> {
  const offered =
    'choices' in declared ? declared.choices : 'options' in declared ? declared.options : undefined;
  return {
    key,
    part,
    type: declared.type,
    label: declared.label,
    help: declared.help ?? null,
    is_required: declared.required === true && preset === null,
    choices: offered ?? null,
    options: ('dropdown' in declared && declared.dropdown?.key.replace(/^list_/, '')) || null,
    preset,
    value: declared.type === 'secret' ? null : (settings[key] ?? null),
    is_set: key in settings,
    bots_of: bots
      .filter((bot) => bot.field === key && bot.address !== settings[key])
      .map(({ recipe: { key: recipe, title } }) => ({ recipe, title })),
  };
}
