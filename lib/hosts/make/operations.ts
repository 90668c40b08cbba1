/** Searches, actions, dropdowns, and the module for any other request. Each makes one request to the hub. */

import type { ListMethod } from '../../aliexpress/method.ts';
import { recordOf } from '../../engine/run-search.ts';
import { sampleResult } from '../../engine/samples.ts';
import type { ListDeclaration } from '../../pack/list.ts';
import { type ActionDeclaration, onlyReads, type SearchDeclaration } from '../../pack/operation.ts';
import { CONNECTIONS, type Component, type Json, makeName } from './component.ts';
import { LIMIT, mappedInputs, outputInterface, toInterface, toParameters } from './parameters.ts';

/** A search for one record is an action in Make, which returns one bundle. */
export function searchModule(search: SearchDeclaration<ListMethod>): Component {
  const { key, makeLabel } = search;
  const description = search.description.en.replace(', as one list', '');
  const isSearch = makeLabel.startsWith('Search ');
  const given = Object.entries(search.inputs);
  const inputs = isSearch ? search.inputs : Object.fromEntries(given.filter(([, input]) => !input.isFilter));
  const several = { limit: '{{parameters.limit}}', iterate: '{{body.items}}', output: '{{item}}' };
  const one = {
    valid: {
      condition: '{{body.items[1].id}}',
      message: 'Nothing was found. Check the number. / 未找到，请核对编号。',
      type: 'DataError',
    },
    output: '{{body.items[1]}}',
  };
  return {
    type: 'module',
    name: makeName(key),
    label: makeLabel,
    description: description.replace('Finds', isSearch ? 'Searches for' : 'Retrieves'),
    manifest: {
      ...(isSearch ? { moduleType: 'search' } : { moduleType: 'action', actionCrud: 'read' }),
      ...CONNECTIONS,
    },
    files: {
      communication: {
        url: `/v1/searches/${key}`,
        method: 'POST',
        body: mappedInputs(inputs),
        response: isSearch ? several : one,
      },
      staticParams: [],
      mappableParams: [...toParameters(inputs), ...(isSearch ? [LIMIT] : [])],
      interface: [
        { name: 'id', type: 'text', label: 'ID' },
        { name: 'link', type: 'url', label: 'Link' },
        ...toInterface(recordOf(search).fields),
      ],
      samples: { ...sampleResult(search) } as Json,
      scope: ['read'],
    },
  };
}

export function actionModule(action: ActionDeclaration<never>): Component {
  const { key, makeLabel, description, inputs, outputs, sample } = action;
  return {
    type: 'module',
    name: makeName(key),
    label: makeLabel,
    description: description.en.replace('Makes', 'Performs'),
    manifest: { moduleType: 'action', actionCrud: onlyReads(action) ? 'read' : 'create', ...CONNECTIONS },
    files: {
      communication: {
        url: `/v1/actions/${key}`,
        method: 'POST',
        body: mappedInputs(inputs),
        response: { output: '{{body}}' },
        log: { sanitize: ['request.headers.authorization', ...secretsIn(inputs)] },
      },
      staticParams: [],
      mappableParams: toParameters(inputs),
      interface: outputInterface(outputs),
      samples: { ...sample } as Json,
      scope: [onlyReads(action) ? 'read' : 'subscribe'],
    },
  };
}

const secretsIn = (inputs: ActionDeclaration<never>['inputs']): string[] =>
  Object.entries(inputs).flatMap(([name, { type }]) => (type === 'secret' ? [`request.body.${name}`] : []));

const pluralOf = (noun: string): string => (/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`);

/** Fills the dropdown of a list, without a call to AliExpress. */
export const dropdown = ({ key, noun }: ListDeclaration): Component => ({
  type: 'rpc',
  name: makeName(key),
  label: `List ${pluralOf(noun)}`,
  manifest: CONNECTIONS,
  files: {
    communication: {
      url: `/v1/options/${key.replace(/^list_/, '')}`,
      method: 'GET',
      response: {
        // More options are not readable.
        limit: 100,
        iterate: '{{body.items}}',
        output: { label: '{{item.label.en}}', value: '{{item.value}}' },
      },
    },
    params: [],
  },
});

/** The hub's API for programs reads, so that the module has one method. */
export const apiCall: Component = {
  type: 'module',
  name: 'makeApiCall',
  label: 'Make an API Call',
  description: 'Performs an arbitrary authorized API call.',
  manifest: { moduleType: 'universal', ...CONNECTIONS },
  files: {
    communication: {
      // Without points and percent signs no path leads out of /v1.
      url: "/v1/{{replace(parameters.url, '/^[/ ]*v1[/]|^[/ ]+|[.%]|[^!-~]/gi', '')}}",
      method: 'GET',
      qs: { '{{...}}': "{{toCollection(parameters.qs, 'key', 'value')}}" },
      response: { output: { statusCode: '{{statusCode}}', headers: '{{headers}}', body: '{{body}}' } },
    },
    staticParams: [],
    mappableParams: [
      {
        name: 'url',
        type: 'text',
        label: 'URL',
        required: true,
        help: 'A path of the API that reads, such as `/v1/budget`. The hub describes all of them at `/openapi.json`. Values belong into **Query String**.',
      },
      {
        name: 'qs',
        type: 'array',
        label: 'Query String',
        spec: [
          { name: 'key', type: 'text', label: 'Key' },
          { name: 'value', type: 'text', label: 'Value' },
        ],
      },
    ],
    interface: [
      { name: 'statusCode', type: 'uinteger', label: 'Status Code' },
      { name: 'headers', type: 'collection', label: 'Headers', spec: [] },
      { name: 'body', type: 'any', label: 'Body' },
    ],
    samples: { statusCode: 200, headers: {}, body: {} },
    scope: ['read'],
  },
};
