import { emptyShape } from '../../lib/aliexpress/shape.ts';

test('The shape of an answer has the names of its fields and the forms of their values, never a value', () => {
  const shape = emptyShape();
  shape.add({ target: { order_id: '8201739405562817', buyer: 'Maria', gmt_create: '2026-11-20 08:00:00' } });
  shape.add({ target: { order_id: 8_201_739_405, '8201739405562817': 'Maria' } });
  expect(shape.lines()).toEqual([
    'target: object',
    'target.order_id: digits | integer',
    'target.buyer?: text',
    'target.gmt_create?: yyyy-MM-dd HH:mm:ss as text',
    'target.(key)?: text',
  ]);
});

test.each(['constructor', '__proto__', 'toString'])('The text %s has the form of a text', (text) => {
  const shape = emptyShape();
  shape.add({ note: text });
  expect(shape.lines()).toEqual(['note: text']);
});
