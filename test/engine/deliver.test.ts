import { type ActionServices, deliver } from '../../lib/engine/deliver.ts';
import { both } from '../../lib/language.ts';
import { type Inputs, integer, text } from '../../lib/pack/input.ts';
import { action, sink } from '../../lib/pack/operation.ts';
import { problemLike } from '../support/problem-like.ts';

const services = {} as ActionServices;

describe('Delivery of an action', () => {
  let received: unknown[];
  beforeEach(() => {
    received = [];
  });
  const printer = sink({
    key: 'printer',
    readsInputs: ['title', 'copies'],
    deliver: async (inputs) => {
      received.push(inputs);
      return { pages: 1 };
    },
  });
  const print = action({
    key: 'print_label',
    noun: 'Label',
    makeLabel: 'Send a Label',
    label: both('Print Label'),
    description: both('Prints a label.'),
    inputs: { title: text({ label: both('Title') }), copies: integer({ label: both('Copies'), default: 2 }) },
    sink: printer,
    outputs: { pages: { label: both('Pages'), type: 'integer' } },
    sample: { pages: 1 },
  });

  test('A sink gets checked inputs, with defaults for blank ones', async () => {
    await deliver(print, services, { title: ' Parcel 77 ', copies: '' });
    expect(received).toEqual([{ title: 'Parcel 77', copies: 2 }]);
  });

  test('A delivery returns the receipt of the sink', async () => {
    expect(await deliver(print, services, {})).toEqual({ pages: 1 });
  });

  test('A sink gets no input that it does not name', async () => {
    const inputs: Inputs = { ...print.inputs, color: text({ label: both('Color') }) };
    await deliver({ ...print, inputs }, services, { title: 'Parcel 77', color: 'red' });
    expect(received).toEqual([{ title: 'Parcel 77', copies: 2 }]);
  });

  test('An invalid input is refused before the sink runs', async () => {
    await expect(deliver(print, services, { copies: 'two' })).rejects.toEqual(problemLike('bad_input'));
    expect(received).toStrictEqual([]);
  });
});
