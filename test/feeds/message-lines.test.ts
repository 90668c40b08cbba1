import { toText } from '../../lib/feeds/message-lines.ts';

test('A figure that is not known is shown as a dash, and 0 is shown as 0', () => {
  const label = { en: 'Orders', zh: '订单数' };
  expect(
    toText([
      [label, null],
      [label, 0],
    ]),
  ).toEqual({ en: '**Orders** –\n**Orders** 0', zh: '**订单数** –\n**订单数** 0' });
});
