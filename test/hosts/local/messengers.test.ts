import dingtalk from '../../../channels/dingtalk.ts';
import feishu from '../../../channels/feishu.ts';
import { toChosenGroups } from '../../../lib/hosts/local/messengers.ts';
import type { RecipeDeclaration } from '../../../lib/pack/recipe.ts';
import { feishuMessage } from '../../../recipes/steps.ts';
import { rowAndTicket } from '../../support/row-and-ticket.ts';

const CHANNELS = [dingtalk, feishu];
/** A row, a message and a ticket. */
const [row, ticket] = rowAndTicket.steps;
const recipe: RecipeDeclaration = {
  ...rowAndTicket,
  steps: [row, feishuMessage, ticket].filter((step) => step !== undefined),
};

const stepsFor = (chosen: typeof CHANNELS) =>
  toChosenGroups(recipe, CHANNELS, chosen).steps.map((step) => ('action' in step ? step.action.key : 'row'));

describe('Messengers of the local host', () => {
  test("The recipe's own messenger is kept when it is set up", () => {
    expect(toChosenGroups(recipe, CHANNELS, [feishu])).toEqual(recipe);
  });

  test("The recipe's own messenger is kept when none is set up", () => {
    expect(toChosenGroups(recipe, CHANNELS, [])).toEqual(recipe);
  });

  test('Another messenger takes the place of the message step', () => {
    expect(stepsFor([dingtalk])).toEqual(['row', 'send_dingtalk_message', 'prepare_ticket']);
  });

  test('A second messenger gets a step at the end, so that queued steps keep their index', () => {
    expect(stepsFor(CHANNELS)).toEqual([
      'row',
      'send_feishu_message',
      'prepare_ticket',
      'send_dingtalk_message',
    ]);
  });

  test('The step of another messenger is filled in like the one it replaces', () => {
    const [, step] = toChosenGroups(recipe, CHANNELS, [dingtalk]).steps;
    expect(step).toMatchObject({ map: feishuMessage.map });
  });
});
