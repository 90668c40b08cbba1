/**
 * What Zapier's reviewers ask for beyond the D checks, as far as a definition shows it: the publishing requirements
 * (their numbers stand in the comments), where they bind rather than give an example.
 * [https://docs.zapier.com/integrations/publish/integration-publishing-requirements]
 */

import { type Check, inInputs, inOperations, inSamples } from './check.ts';
import { type Field, isInSample, operationsOf, textsIn, visibleOperationsOf } from './definition.ts';
import { booleanFaults, placeholders, undeclared } from './values.ts';
import { contentWords, isPlural, thirdPerson, titleCase, wordsOfKey } from './wording.ts';

/** The name under which the app is listed, in the languages in which somebody may write it. */
const APP_NAME = /aliexpress|速卖通/i;

/** The text without the capitals that only begin a sentence. */
const withoutFirstCapitals = (text: string): string => text.replace(/(^|[.!?:]\s+)\p{Lu}/gu, '$1');

const UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'percent', 'kg', 'cm'];

const NOT_ENGLISH = /[^\p{sc=Latin}\p{sc=Common}\p{sc=Inherited}]|[\u3000-\u303f\uff00-\uffef]/u;
const TEST_HOST = /(^|[.-])(localhost|sandbox|staging|stage|dev|test)([.-]|$)|^127\./i;

/** What identifies something of the shop or of the world, by the end of its key or of its label; but not a credential. */
const NAMING = new Set([
  ...['id', 'ids', 'number', 'numbers', 'no', 'code', 'codes', 'sku', 'skus'],
  ...['order', 'orders', 'product', 'products', 'parcel', 'shipment', 'carrier', 'country', 'currency'],
  ...['status', 'statuses', 'zone', 'timezone', 'hour'],
]);
const isNaming = (word: string | undefined): boolean => NAMING.has((word ?? '').toLowerCase());
const namesSomething = ({ key, label = '', type, list }: Field): boolean =>
  type !== 'password' &&
  type !== 'text' &&
  (list || type === undefined || type === 'string' || type === 'integer') &&
  (isNaming(wordsOfKey(key).at(-1)) || isNaming(label.split(/[^\p{L}]+/u).at(-1)));

export const styleChecks: Check[] = [
  {
    // 4.1, 5.1, 6.2
    code: 'key-form',
    rule: 'keys of operations are snake_case and say what is done',
    find: (app) =>
      inOperations(
        operationsOf(app),
        ({ key }) =>
          (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(key) ||
            /^(trigger|action|search|create|test)(_?\d+)?$/.test(key)) &&
          'the key should be descriptive snake_case, such as new_lead',
      ),
  },
  {
    // 4.1, 5.1, 6.2
    code: 'noun-form',
    rule: 'nouns are singular and in Title Case',
    find: (app) =>
      inOperations(visibleOperationsOf(app), ({ noun }) => [
        noun === '' && 'it has no noun',
        isPlural(noun) && `the noun "${noun}" is not singular`,
        titleCase(noun) !== noun && `the noun "${noun}" should be "${titleCase(noun)}"`,
      ]),
  },
  {
    // 6.2
    code: 'search-label',
    rule: 'a search finds instead of gets',
    find: (app) =>
      inOperations(
        visibleOperationsOf(app, 'search'),
        ({ label }) =>
          /^(get|fetch|retrieve)\b/i.test(label) && `the label "${label}" should start with "Find"`,
      ),
  },
  {
    // 4.9
    code: 'trigger-label',
    rule: 'a trigger says which change it is about',
    find: (app) =>
      inOperations(
        visibleOperationsOf(app, 'trigger'),
        ({ label }) =>
          /^(updated|changed|modified) \S+$|^\S+ (updated|changed|modified)$/i.test(label) &&
          `the label "${label}" does not say what has changed`,
      ),
  },
  {
    // 5.6, 5.7
    code: 'create-label',
    rule: 'a create neither deletes, nor creates or updates as the case may be',
    find: (app) =>
      inOperations(
        visibleOperationsOf(app, 'create'),
        ({ label }) =>
          /^(delete|remove|upsert|create or update|update or create)\b/i.test(label) &&
          `"${label}" is discouraged: offer something less final, or a search-or-create and an update`,
      ),
  },
  {
    // 5.1
    code: 'create-acts',
    rule: 'a create changes something; what only reads or prepares is a search',
    find: (app) =>
      inOperations(
        visibleOperationsOf(app, 'create'),
        ({ label }) =>
          /^(prepare|summarize|calculate|format|convert|check|count|list|find|get|search)\b/i.test(label) &&
          `"${label}" creates nothing and belongs among the searches`,
      ),
  },
  {
    // 5.1, 6.2
    code: 'description-form',
    rule: 'descriptions of searches and creates start with the verb of the label ("Creates …") and end with a period',
    find: (app) =>
      inOperations(visibleOperationsOf(app, 'search', 'create'), ({ label, description }) => {
        const verb = thirdPerson(label.split(' ')[0] ?? '');
        return [
          !description.startsWith(`${verb} `) &&
            `the description "${description}" should start with "${verb}"`,
          !description.endsWith('.') && `the description "${description}" should end with a period`,
        ];
      }),
  },
  {
    // 4.1, 5.1, 6.2. They speak of descriptions only: a help text may say whose order number is meant.
    code: 'app-name',
    rule: 'descriptions do without the name of the app',
    find: (app) =>
      inOperations(
        visibleOperationsOf(app),
        ({ description }) => APP_NAME.test(description) && `the description "${description}" names the app`,
      ),
  },
  {
    // 4.1, 5.1, 6.2
    code: 'noun-in-description',
    rule: 'descriptions write the noun in lower case, but where they name another operation',
    find: (app) => {
      const labels = visibleOperationsOf(app).map(({ label }) => label);
      const ownWords = (description: string) =>
        withoutFirstCapitals(labels.reduce((text, label) => text.replaceAll(label, ''), description));
      return inOperations(visibleOperationsOf(app), ({ noun, description }) => {
        const last = noun.split(' ').at(-1) ?? '';
        return (
          /^\p{Lu}\p{Ll}+$/u.test(last) &&
          new RegExp(`\\b${last}s?\\b`).test(ownWords(description)) &&
          `the description "${description}" writes "${last}" with a capital`
        );
      });
    },
  },
  {
    // 4.2.5, 5.2.2, 6.3.5
    code: 'required-first',
    rule: 'required inputs come before optional ones',
    find: (app) =>
      inOperations(visibleOperationsOf(app), ({ inputs }) => {
        const firstOptional = inputs.findIndex(({ required }) => !required);
        return inputs
          .filter(({ required }, at) => required && firstOptional !== -1 && at > firstOptional)
          .map(
            ({ key }) => `the required input ${key} comes after the optional ${inputs[firstOptional]?.key}`,
          );
      }),
  },
  {
    // 4.2.1, 5.2.1, 6.3.1
    code: 'no-id-labels',
    rule: 'no input is labelled "… ID", not even one with a dropdown',
    find: (app) =>
      inInputs(
        visibleOperationsOf(app),
        ({ label = '' }) => /\bIDs?$/.test(label) && `is labelled "${label}"`,
      ),
  },
  {
    // 4.2.2, 5.2.4, 6.3.2
    code: 'help-adds',
    rule: 'a help text adds to the label',
    find: (app) =>
      inInputs(visibleOperationsOf(app), ({ label = '', helpText }, { noun }) => {
        if (helpText === undefined) return undefined;
        const known = new Set(contentWords(`${label} ${noun}`));
        return (
          contentWords(helpText).every((word) => known.has(word)) &&
          `has a help text that only repeats its label: "${helpText}"`
        );
      }),
  },
  {
    // 4.2.4, 5.2.6, 6.3.4
    code: 'lists-are-lists',
    rule: 'several values are a list, not a text with commas',
    find: (app) =>
      inInputs(
        visibleOperationsOf(app),
        ({ helpText = '', list }) =>
          !list &&
          /comma[- ]separated|separated by (a )?commas?/i.test(helpText) &&
          'asks for values separated by commas and is no list',
      ),
  },
  {
    // 4.2.2: what is the same for everybody or can be looked up is chosen, not typed.
    code: 'no-typed-codes',
    rule: 'a number or a code that names something is chosen from a dropdown, and a whole number is offered with its unit',
    find: (app) =>
      inInputs(
        visibleOperationsOf(app),
        (field) =>
          !field.dynamic &&
          !field.choices &&
          (namesSomething(field)
            ? 'names something by a number or a code, and has no dropdown'
            : field.type === 'integer' && 'is a whole number, and offers none'),
      ),
  },
  {
    // 4.2.2
    code: 'choices-in-words',
    rule: 'a choice that counts reads as English: 1 day, 2 days',
    find: (app) =>
      inInputs(visibleOperationsOf(app), ({ choices }) => {
        const wrong = Object.values(choices ?? {}).find((label) => /^1 \w+s$/.test(String(label)));
        return wrong !== undefined && `offers "${wrong}"`;
      }),
  },
  {
    // 2.9. What comes from the seller's shop may be in any language.
    code: 'english',
    rule: 'labels, descriptions and help texts are in English, as far as the script shows',
    find: (app) =>
      textsIn(app)
        .filter(({ path, text }) => !isInSample(path) && NOT_ENGLISH.test(text))
        .map(({ path, text }) => `${path}: "${text}" is not all English.`),
  },
  {
    // 4.7, 5.4, 6.5
    code: 'sample-declared',
    rule: 'a sample has only keys that an output field declares',
    find: (app) =>
      inSamples(visibleOperationsOf(app), (sample, { outputs, hasDynamicOutputs }) =>
        hasDynamicOutputs
          ? []
          : undeclared(sample, outputs).map((path) => ({ path, why: 'is declared by no output field' })),
      ),
  },
  {
    // 4.7, 5.4, 6.5
    code: 'sample-real',
    rule: 'a sample shows what values look like',
    find: (app) => inSamples(visibleOperationsOf(app), placeholders),
  },
  {
    // 4.6.4, 5.3.2, 6.4.5
    code: 'booleans',
    rule: 'what is true or false is a boolean, not 0 or 1',
    find: (app) =>
      inSamples(visibleOperationsOf(app), (sample, { outputs }) => booleanFaults(sample, outputs)),
  },
  {
    // 4.8, 5.5, 6.6
    code: 'output-labels',
    rule: 'every output has a label, and the label of a measure names its unit',
    find: (app) =>
      inOperations(visibleOperationsOf(app), ({ outputs }) =>
        outputs
          .flatMap((output) => [output, ...(output.children ?? [])])
          .map(({ key, label = '' }) => {
            if (label === '') return `the output ${key} has no label`;
            const unit = UNITS.find((word) => wordsOfKey(key).includes(word));
            return (
              unit !== undefined &&
              !label.toLowerCase().includes(unit) &&
              `the label "${label}" of the output ${key} does not say ${unit}`
            );
          }),
      ),
  },
  {
    // 5.3
    code: 'returns-object',
    rule: 'a create returns what it made, not just that it worked',
    find: (app) =>
      inSamples(visibleOperationsOf(app, 'create'), (sample) =>
        Object.keys(sample).every((key) => /^(success|successful|ok|result|status|code|message)$/.test(key))
          ? [{ path: Object.keys(sample).join(', '), why: 'says nothing but that it worked' }]
          : [],
      ),
  },
  {
    // 1.6
    code: 'production-addresses',
    rule: 'addresses are those of production',
    find: (app) =>
      textsIn(app)
        .filter(({ text }) =>
          [...text.matchAll(/https?:\/\/([^\s/:)"'`]+)/gi)].some(([, host = '']) => TEST_HOST.test(host)),
        )
        .map(({ path, text }) => `${path}: "${text}" points to a test system.`),
  },
];
