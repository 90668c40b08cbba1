/** Cards to test with, and a look into what is sent for them. */

import type { CardContent } from '../../lib/feishu/card.ts';

export const aCard = (changes: Partial<CardContent> = {}): CardContent => ({
  title: '新订单 8201739405562817',
  text: '**金额** 12.50 USD',
  severity: 'info',
  mention: 'nobody',
  ...changes,
});

export interface SentCard {
  timestamp?: string;
  sign?: string;
  msg_type: string;
  card: {
    header: { title: { content: string }; template: string };
    body: {
      elements: { tag: string; content?: string; behaviors?: { type: string; default_url: string }[] }[];
    };
  };
}

export const sentCard = (body: string): SentCard => JSON.parse(body);

/** The text of a card that is sent, in Feishu Markdown. */
export const textOf = (body: string): string => sentCard(body).card.body.elements[0]?.content ?? '';
