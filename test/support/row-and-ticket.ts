/** A recipe whose events become a row and a ticket. */

import type { RecipeDeclaration } from '../../lib/pack/recipe.ts';
import newOrderToFeishu from '../../recipes/new-order-to-feishu.ts';
import { ticket } from '../../recipes/steps.ts';

const words = { en: 'Probe', zh: '试' };

export const rowAndTicket: RecipeDeclaration = {
  ...newOrderToFeishu,
  key: 'row_and_ticket',
  steps: [
    {
      sheet: {
        name: words,
        columns: [
          { title: words, value: '{order_id}' },
          { title: words, value: '{title_zh}' },
        ],
      },
    },
    ticket,
  ],
};
