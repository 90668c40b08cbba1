import { trackLastCalls } from '../../sandbox/delivery-log.ts';

const LIST = 'the list of orders';
const DETAIL = 'the detail of an order';

describe('Time of the last call', () => {
  let byDay: Map<string, Map<string, number>>;
  let lastCalls: ReturnType<typeof trackLastCalls>;
  beforeEach(() => {
    byDay = new Map();
    lastCalls = trackLastCalls({ byDay });
  });
  const call = (day: string, method: string) => {
    const counts = byDay.get(day) ?? new Map<string, number>();
    byDay.set(day, counts.set(method, (counts.get(method) ?? 0) + 1));
  };

  test('The last call of a method is dated to the start of its poll', () => {
    call('Monday', LIST);
    expect(lastCalls(1000)(LIST)).toBe(1000);
  });

  test('The last call of a method stays the same while only others are called', () => {
    call('Monday', LIST);
    lastCalls(1000);
    call('Monday', DETAIL);
    expect(lastCalls(2000)(LIST)).toBe(1000);
  });

  test('The last call of a method moves when it is called again on another day', () => {
    call('Monday', LIST);
    lastCalls(1000);
    call('Tuesday', LIST);
    expect(lastCalls(2000)(LIST)).toBe(2000);
  });

  test('The last call as of an earlier poll stays the same', () => {
    call('Monday', LIST);
    const before = lastCalls(1000);
    call('Monday', LIST);
    lastCalls(2000);
    expect(before(LIST)).toBe(1000);
  });

  test('The last call of a method that was never called is 0', () => {
    expect(lastCalls(1000)(LIST)).toBe(0);
  });
});
