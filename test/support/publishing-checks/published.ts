/**
 * Zapier's own D checks, as its reference of integration checks describes them. Zapier runs them on its server when a
 * version is pushed or promoted; here they run over the same serialised definition. D019 and D020 were never published,
 * and D027 (an old platform version) is a matter of the day, not of the definition.
 * [https://docs.zapier.com/integrations/publish/integration-checks-reference]
 */

import { type Check, inInputs, inOperations, inSamples } from './check.ts';
import {
  type Definition,
  type Field,
  markdownIn,
  operationsOf,
  textsIn,
  visibleOperationsOf,
} from './definition.ts';
import { dateFaults, isValues, typeFaults } from './values.ts';
import { titleCase, wordsOfKey } from './wording.ts';

/** What Zapier's own log scrubber takes for a credential; but "author" is none. */
const CREDENTIAL = /api_?key|(^|_)auth(_|$)|jwt|passwd|password|pswd|secret|signature|token/;
const isCredential = (key: string): boolean => CREDENTIAL.test(wordsOfKey(key).join('_'));

/** A key such as order_id or orderId, or a label such as "Order ID". */
const isId = ({ key, label = '' }: Field): boolean =>
  /^ids?$/.test(wordsOfKey(key).at(-1) ?? '') || /\bIDs?$/.test(label);

const MARKDOWN_LINK = /\[[^[\]\n]+\]\((?:https?:\/\/|mailto:)[^\s()]+\)/g;

/** What is left of a text without its code and its valid links. */
const withoutLinks = (text: string): string => text.replace(/`[^`]*`/g, '').replace(MARKDOWN_LINK, '');

const repeatsLabel = ({ label = '', helpText }: Field): boolean =>
  helpText !== undefined && lettersOf(helpText) === lettersOf(label);
const lettersOf = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

const inAuthFields = (app: Definition, isWrong: (field: Field) => boolean, what: string): string[] =>
  (app.authentication?.fields ?? []).filter(isWrong).map(({ key }) => `Authentication: ${key} ${what}.`);

const inTexts = (app: Definition, wrong: RegExp, what: string): string[] =>
  textsIn(app)
    .filter(({ text }) => wrong.test(text))
    .map(({ path, text }) => `${path}: "${text}" ${what}.`);

/** The first part of `new_lead.id.name`. */
const keyOf = (reference: string): string => reference.split('.')[0] ?? '';
const has = (app: Definition, kind: 'trigger' | 'search' | 'create', key: string): boolean =>
  operationsOf(app, kind).some((operation) => operation.key === key);

export const publishedChecks: Check[] = [
  {
    code: 'D001',
    rule: 'no input of an operation asks for a credential',
    find: (app) =>
      inInputs(
        operationsOf(app),
        ({ key }) => isCredential(key) && 'asks for a credential, which belongs into the connection',
      ),
  },
  {
    code: 'D002',
    rule: 'a credential that is pasted into the connection says, with a link, where it is found',
    find: (app) =>
      app.authentication?.type === 'oauth2'
        ? []
        : inAuthFields(
            app,
            ({ computed, helpText = '' }) => !computed && !helpText.match(MARKDOWN_LINK),
            'has no link in its help text to where it is found',
          ),
  },
  {
    code: 'D003',
    rule: 'the connection label tells connections apart, and shows no credential',
    find: ({ authentication }) => {
      if (!authentication) return [];
      const { connectionLabel: label } = authentication;
      if (!label) return ['Authentication: there is no connection label.'];
      if (typeof label !== 'string' || label.startsWith('$func$')) return [];
      if (isCredential(label)) return [`Authentication: the connection label "${label}" shows a credential.`];
      return /\{\{.+?\}\}/.test(label)
        ? []
        : [`Authentication: the connection label "${label}" is the same for every connection.`];
    },
  },
  {
    code: 'D004',
    rule: 'an id is chosen from a dropdown',
    find: (app) =>
      inInputs(
        operationsOf(app),
        (input) => isId(input) && !input.dynamic && !input.choices && 'asks for an id and has no dropdown',
      ),
  },
  {
    code: 'D005',
    rule: 'a dropdown is filled by a trigger that exists',
    find: (app) =>
      inInputs(
        operationsOf(app),
        ({ dynamic }) =>
          dynamic !== undefined &&
          !has(app, 'trigger', keyOf(dynamic)) &&
          `is filled by the trigger ${keyOf(dynamic)}, which does not exist`,
      ),
  },
  {
    code: 'D006',
    rule: 'an instant trigger can also be asked for recent events',
    find: (app) =>
      inOperations(
        operationsOf(app, 'trigger'),
        ({ isHook, hasPerformList }) => isHook && !hasPerformList && 'it is a hook without performList',
      ),
  },
  {
    code: 'D007',
    rule: 'every address is https',
    find: (app) => inTexts(app, /http:\/\//i, 'has an address without https'),
  },
  {
    code: 'D008',
    rule: 'links in descriptions and help texts are valid Markdown, bare addresses stand in backticks',
    find: (app) =>
      markdownIn(app)
        .filter(({ text }) => /https?:\/\/\w|\]\s*\(|\[[^\]]*\(/.test(withoutLinks(text)))
        .map(({ path, text }) => `${path}: "${text}" has a broken link or a bare address.`),
  },
  {
    code: 'D009',
    rule: 'a search has something to search by',
    find: (app) =>
      inOperations(
        operationsOf(app, 'search'),
        ({ inputs, hasDynamicInputs }) => inputs.length === 0 && !hasDynamicInputs && 'it has no input',
      ),
  },
  {
    code: 'D010',
    rule: 'the sample of a polling trigger has what tells two events apart',
    find: (app) =>
      inOperations(operationsOf(app, 'trigger'), ({ isPolling, outputs, sample }) => {
        if (!isPolling || !isValues(sample)) return undefined;
        const primary = outputs.filter((output) => output.primary).map(({ key }) => key);
        return (primary.length > 0 ? primary : ['id'])
          .filter((key) => (sample[key] ?? undefined) === undefined)
          .map((key) => `the sample lacks the primary key ${key}`);
      }),
  },
  {
    code: 'D011',
    rule: 'a help text says something else than the label',
    find: (app) => [
      ...inInputs(operationsOf(app), (input) => repeatsLabel(input) && 'has a help text that is its label'),
      ...inAuthFields(app, repeatsLabel, 'has a help text that is its label'),
    ],
  },
  {
    code: 'D012',
    rule: 'every visible operation has a static sample, one object',
    find: (app) =>
      inOperations(
        visibleOperationsOf(app),
        ({ sample }) =>
          !(isValues(sample) && Object.keys(sample).length > 0) && 'it has no sample that is one object',
      ),
  },
  {
    code: 'D013',
    rule: 'a field that offers a search step names a search that exists',
    find: (app) =>
      inInputs(
        operationsOf(app),
        ({ search }) =>
          search !== undefined &&
          !has(app, 'search', keyOf(search)) &&
          `offers the search ${keyOf(search)}, which does not exist`,
      ),
  },
  {
    code: 'D014',
    rule: 'a field that offers a search step has a dropdown too, and is a single text or number',
    find: (app) =>
      inInputs(operationsOf(app), ({ search, dynamic, type = 'string', list, dict, children }) => {
        if (search === undefined) return undefined;
        if (!dynamic) return 'offers a search and has no dropdown';
        const isSingle = ['string', 'number', 'integer'].includes(type) && !list && !dict && !children;
        return !isSingle && 'offers a search and is not a single text or number';
      }),
  },
  {
    code: 'D015',
    rule: 'a search-or-create names a search and a create that exist',
    find: (app) =>
      Object.entries({ ...app.searchOrCreates, ...app.searchAndCreates }).flatMap(([key, pair]) =>
        (['search', 'create'] as const)
          .filter((kind) => !has(app, kind, pair[kind]))
          .map((kind) => `Search-or-create ${key}: the ${kind} ${pair[kind]} does not exist.`),
      ),
  },
  {
    code: 'D016',
    rule: 'the app is more than one static webhook',
    find: (app) =>
      operationsOf(app).length > 1
        ? []
        : inOperations(
            operationsOf(app),
            ({ isStaticHook }) => isStaticHook && 'the app has nothing but this static webhook',
          ),
  },
  {
    code: 'D017',
    rule: 'a webhook is subscribed and unsubscribed by Zapier itself',
    find: (app) =>
      inOperations(
        operationsOf(app, 'trigger'),
        ({ isStaticHook }) => isStaticHook && 'it is a hook without performSubscribe and performUnsubscribe',
      ),
  },
  {
    code: 'D018',
    rule: 'labels of operations are in Title Case',
    find: (app) =>
      inOperations(
        visibleOperationsOf(app),
        ({ label }) => titleCase(label) !== label && `the label "${label}" should be "${titleCase(label)}"`,
      ),
  },
  {
    code: 'D021',
    rule: 'descriptions of triggers start with "Triggers when " and end with a period',
    find: (app) =>
      inOperations(visibleOperationsOf(app, 'trigger'), ({ description }) => [
        !description.startsWith('Triggers when ') &&
          `the description "${description}" should start with "Triggers when "`,
        !description.endsWith('.') && `the description "${description}" should end with a period`,
      ]),
  },
  {
    code: 'D022',
    rule: 'a create has inputs that are the same for every user',
    find: (app) =>
      inOperations(
        visibleOperationsOf(app, 'create'),
        ({ inputs }) => inputs.length === 0 && 'it has no static input',
      ),
  },
  {
    code: 'D023',
    rule: 'dates in samples are ISO 8601, times with their zone',
    find: (app) => inSamples(operationsOf(app), (sample, { outputs }) => dateFaults(sample, outputs)),
  },
  {
    code: 'D024',
    rule: 'samples have what output fields require, in the types they declare',
    find: (app) => inSamples(operationsOf(app), (sample, { outputs }) => typeFaults(sample, outputs)),
  },
  {
    code: 'D025',
    rule: 'no address can run a script',
    find: (app) =>
      inTexts(app, /\b(?:javascript|vbscript):\S|\bdata:\w+\//i, 'is an address that can run a script'),
  },
  {
    code: 'D026',
    rule: 'no domain is typed into the connection unchecked',
    find: (app) =>
      inAuthFields(
        app,
        ({ key, inputFormat }) =>
          inputFormat !== undefined || wordsOfKey(key).some((word) => /^((sub)?domain|host)$/.test(word)),
        'is a domain that the user types; check it in the code, then allow it here',
      ),
  },
  {
    code: 'D028',
    rule: 'empty inputs arrive as they are, and the app itself reads them',
    find: (app) => [
      ...(app.flags.cleanInputData ? ['App: the flag cleanInputData is true.'] : []),
      ...inOperations(operationsOf(app), ({ cleanInputData }) => cleanInputData && 'cleanInputData is true'),
    ],
  },
];
