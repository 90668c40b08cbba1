import * as wire from '../../lib/aliexpress/wire.ts';

describe('List', () => {
  const item = { order_id: 1, status: 'FINISH' };

  test.each([
    ['a plain array', [item, item], [item, item]],
    ['an array in an envelope', { aeop_order_item_dto: [item, item] }, [item, item]],
    ['one item in an envelope', { aeop_order_item_dto: item }, [item]],
    ['one item by itself', item, [item]],
    ['one item with one field', { logistics_no: 'LP1' }, [{ logistics_no: 'LP1' }]],
    ['one item with one number', { product_id: 7 }, [{ product_id: 7 }]],
    ['texts in an envelope', { string: ['a', 'b'] }, ['a', 'b']],
    ['null in an envelope', { aeop_order_item_dto: null }, []],
    ['"N/A" in an envelope', { aeop_order_item_dto: 'N/A' }, []],
    ['an empty text in an envelope', { aeop_order_item_dto: '' }, []],
    ['an empty array', [], []],
    ['an empty array in an envelope', { aeop_order_item_dto: [] }, []],
    ['an empty object', {}, []],
    ['"N/A"', 'N/A', []],
    ['an empty text', '', []],
    ['null', null, []],
    ['nothing', undefined, []],
  ])('A list is read from %s', (_, raw, items) => {
    expect(wire.list.parse(raw)).toEqual(items);
  });

  test.each([
    ['a text', 'soon'],
    ['a number', 5],
    ['a boolean', true],
  ])('A list is not read from %s', (_, raw) => {
    expect(wire.list.safeParse(raw).success).toBe(false);
  });
});

describe('Scalar', () => {
  test.each([
    ['an integer', wire.integer, 4, 4],
    ['an integer as text', wire.integer, '4', 4],
    ['a negative integer as text', wire.integer, '-120340569', -120340569],
    ['a decimal', wire.num, 4.5, 4.5],
    ['a decimal as text with blanks', wire.num, ' 4.5 ', 4.5],
    ['a decimal of several digits as text', wire.num, '4.25', 4.25],
    ['a decimal with a comma between thousands', wire.num, '1,234.50', 1234.5],
    ['an integer with commas between thousands', wire.integer, '1,234,567', 1234567],
    ['true', wire.bool, true, true],
    ['true as text', wire.bool, 'true', true],
    ['true as text in capitals', wire.bool, 'TRUE', true],
    ['true as Y', wire.bool, 'Y', true],
    ['true as yes', wire.bool, 'Yes', true],
    ['true as 1', wire.bool, 1, true],
    ['true as 1 in a text', wire.bool, '1', true],
    ['false', wire.bool, false, false],
    ['false as text', wire.bool, 'false', false],
    ['false as N with a blank', wire.bool, 'n ', false],
    ['false as no', wire.bool, 'no', false],
    ['false as 0', wire.bool, 0, false],
    ['false as 0 in a text', wire.bool, '0', false],
    ['an id as a number', wire.id, 8201739405562817, '8201739405562817'],
    ['an id as text', wire.id, '12000031565399476', '12000031565399476'],
    ['an id with blanks', wire.id, ' 42 ', '42'],
    ['a text', wire.text, 'FINISH', 'FINISH'],
    ['a number where text is due', wire.text, 15, '15'],
  ])('A value is read from %s', (_, schema, raw, value) => {
    expect(schema.parse(raw)).toBe(value);
  });

  test.each([
    ['an integer as a decimal', wire.integer, '4.5'],
    ['an integer too long to be held', wire.integer, '12000031565399476'],
    ['a number as words', wire.num, 'N/A'],
    ['a number with a unit before it', wire.num, 'kg 4'],
    ['a number with a unit after it', wire.num, '4 kg'],
    ['a number as an empty text', wire.num, ''],
    ['a number with a comma elsewhere', wire.num, '12,34'],
    ['a number with a comma for its decimals', wire.num, '1.234,50'],
    ['a boolean as a word of another kind', wire.bool, 'soon'],
    ['a boolean as another number', wire.bool, 2],
    ['a boolean as an empty text', wire.bool, ''],
    ['a boolean as the name of what every object has', wire.bool, 'constructor'],
    ['an id as blanks', wire.id, ' '],
    ['an id as a decimal', wire.id, 1.5],
    ['a text as an object', wire.text, {}],
  ])('A value is not read from %s', (_, schema, raw) => {
    expect(schema.safeParse(raw).success).toBe(false);
  });
});

describe('Money', () => {
  const usd = (amount: string) => ({ amount, currency: 'USD' });

  test.each([
    ['SimpleMoney', { amount: '1.01', currency_code: 'USD' }, usd('1.01')],
    ['SimpleMoney with a number', { amount: 1.5, currency_code: 'USD' }, usd('1.5')],
    [
      'MoneyStr',
      { amount: '23.50', amount_str: '23.50', cent: 2350, cent_factor: 100, currency_code: 'USD' },
      usd('23.50'),
    ],
    [
      'MoneyStr with numbers as texts',
      { cent: '2350', cent_factor: '100', currency_code: 'USD' },
      usd('23.50'),
    ],
    ['the old form whose amount is 0', { amount: 0, cent: 333100, currency_code: 'USD' }, usd('3331.00')],
    [
      'a currency without fractions',
      { amount: '1200', cent: 1200, cent_factor: 1, currency_code: 'JPY' },
      { amount: '1200', currency: 'JPY' },
    ],
    ['an amount without fractions', { amount: '5', currency_code: 'USD' }, usd('5')],
    ['amount_str alone', { amount_str: '11.75', currency_code: 'USD' }, usd('11.75')],
    [
      'a currency described at length',
      { amount: '5.00', currency: { currency_code: 'USD', symbol: '$' } },
      usd('5.00'),
    ],
    ['a refund', { cent: -50, cent_factor: 100, currency_code: 'USD' }, usd('-0.50')],
    ['an amount with blanks', { amount: ' 1.01 ', currency_code: 'USD' }, usd('1.01')],
    ['a factor of 0', { amount: '5.00', cent: 500, cent_factor: 0, currency_code: 'USD' }, usd('5.00')],
    [
      'a negative factor',
      { amount: '5.00', cent: 500, cent_factor: -100, currency_code: 'USD' },
      usd('5.00'),
    ],
    ['no currency', { amount: '5.00' }, { amount: '5.00', currency: null }],
    ['the number 0', { amount: 0, currency_code: 'USD' }, usd('0')],
    ['0 beside an amount_str', { amount: 0, amount_str: '11.75', currency_code: 'USD' }, usd('11.75')],
    ['0 cents', { amount: 0, cent: 0, currency_code: 'USD' }, usd('0.00')],
    [
      'cents without a factor beside an amount',
      { cent: 5400, amount: '5400', currency_code: 'JPY' },
      { amount: '5400', currency: 'JPY' },
    ],
    [
      'cents of a currency without decimals and without a factor',
      { cent: 5400, currency_code: 'JPY' },
      { amount: '5400', currency: 'JPY' },
    ],
    [
      'cents of a currency with three decimals and without a factor',
      { cent: 12345, currency_code: 'KWD' },
      { amount: '12.345', currency: 'KWD' },
    ],
    [
      'cents of a currency that says how many decimals it has',
      { cent: 12345, currency: { currency_code: 'HUF', default_fraction_digits: 0 } },
      { amount: '12345', currency: 'HUF' },
    ],
    [
      'a factor of 1000',
      { cent: 12345, cent_factor: 1000, currency_code: 'KWD' },
      { amount: '12.345', currency: 'KWD' },
    ],
    ['commas between thousands', { amount: '1,234.50', currency_code: 'USD' }, usd('1234.50')],
    ['one of two currencies', { amount: '5.00', currency_code: 'USD;RUB' }, usd('5.00')],
    [
      'a currency that is no code',
      { amount: '5.00', currency_code: 'dollars' },
      { amount: '5.00', currency: null },
    ],
    ['a fee', '14.81(USD)', usd('14.81')],
    ['a fee with a blank', '1,014.81 (USD)', usd('1014.81')],
  ])('Money is read from %s', (_, raw, value) => {
    expect(wire.money.parse(raw)).toEqual(value);
  });

  test.each([
    ['an object without an amount', { currency_code: 'USD' }],
    ['an amount in words', { amount: 'N/A', currency_code: 'USD' }],
    ['an amount with a sign before it', { amount: '$23.50', currency_code: 'USD' }],
    ['an amount with a unit after it', { amount: '23.50 USD', currency_code: 'USD' }],
    ['a bare text', '23.50'],
    ['a fee in words', 'free(USD)'],
    ['a list', [1]],
  ])('Money is not read from %s', (_, raw) => {
    expect(wire.money.safeParse(raw).success).toBe(false);
  });
});

describe('Currency', () => {
  test.each([
    ['USD', 'USD'],
    [' EUR ', 'EUR'],
    ['USD;RUB', 'USD'],
  ])('The currency of %j is %s', (raw, code) => {
    expect(wire.currency.parse(raw)).toBe(code);
  });

  test.each(['', 'usd', 'US', 'USDT', 'N/A', 840])('%j is not a currency', (raw) => {
    expect(wire.currency.safeParse(raw).success).toBe(false);
  });
});

describe('Time', () => {
  test.each([
    ['US Pacific time', '2026-07-15 10:00:00'],
    ['epoch milliseconds', 1784134800000],
    ['epoch milliseconds as text', '1784134800000'],
    ['epoch seconds', 1784134800],
    ['UTC with milliseconds', '2026-07-15T17:00:00.000Z'],
  ])('A time is read from %s', (_, raw) => {
    expect(wire.pacificTime.parse(raw)).toBe(Date.parse('2026-07-15T17:00:00Z'));
  });

  test.each(['N/A', '17841348', {}])('A time is not read from %j', (raw) => {
    expect(wire.pacificTime.safeParse(raw).success).toBe(false);
  });
});
