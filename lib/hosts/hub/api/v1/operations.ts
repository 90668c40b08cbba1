/** What the hub can do, with the inputs and a sample of each. */

import * as z from 'zod';
import { sampleEvent, sampleResult } from '../../../../engine/samples.ts';
import type { Input, Inputs } from '../../../../pack/input.ts';
import { shopKeyOf } from '../../access/bearer.ts';
import type { Api } from '../server.ts';
import type { HubServices } from '../services.ts';

const bilingual = z.object({ en: z.string(), zh: z.string() });
const input = z.object({
  key: z.string(),
  type: z.string(),
  label: bilingual,
  required: z.boolean(),
  default: z.union([z.string(), z.number()]).optional(),
  choices: z.record(z.string(), bilingual).optional().describe('Value → label'),
});
const operation = z.object({
  key: z.string(),
  label: bilingual,
  description: bilingual,
  inputs: z.array(input),
  sample: z.looseObject({}),
});
const answer = z.object({
  triggers: z.array(operation),
  searches: z.array(operation),
  actions: z.array(operation),
});

export function mountOperations(api: Api, { runtime }: HubServices): void {
  const { triggers, searches, actions } = runtime.registry;
  const all = {
    triggers: triggers.map((trigger) => ({ ...described(trigger), sample: sampleEvent(trigger) })),
    searches: searches.map((search) => ({ ...described(search), sample: sampleResult(search) })),
    actions: actions.map((action) => ({ ...described(action), sample: { ...action.sample } })),
  };
  const schema = { summary: 'All triggers, searches and actions', response: { 200: answer } };
  api.get('/v1/operations', { schema }, async (request) => {
    shopKeyOf(runtime, request, 'read');
    return all;
  });
}

const described = ({
  key,
  label,
  description,
  inputs,
}: {
  key: string;
  label: { en: string; zh: string };
  description: { en: string; zh: string };
  inputs: Inputs;
}) => ({
  key,
  label,
  description,
  inputs: Object.entries(inputs).map(([name, each]) => toInput(name, each)),
});

const toInput = (key: string, declared: Input) => ({
  key,
  type: declared.type,
  label: declared.label,
  required: declared.required ?? false,
  ...('default' in declared && declared.default !== undefined && { default: declared.default }),
  ...('choices' in declared && { choices: declared.choices }),
  ...('options' in declared && declared.options && { choices: declared.options }),
});
