import { watchLooks } from '../../sandbox/week.ts';

const LIST = 'the list of orders';
const DETAIL = 'the detail of an order';

describe('When a method was called last', () => {
  let byDay: Map<string, Map<string, number>>;
  let looks: ReturnType<typeof watchLooks>;
  beforeEach(() => {
    byDay = new Map();
    looks = watchLooks({ byDay });
  });
  const call = (day: string, method: string) => {
    const counts = byDay.get(day) ?? new Map<string, number>();
    byDay.set(day, counts.set(method, (counts.get(method) ?? 0) + 1));
  };

  test('is the beginning of the poll in which it was', () => {
    call('Monday', LIST);
    expect(looks(1000)(LIST)).toBe(1000);
  });

  test('stays while it is not called again', () => {
    call('Monday', LIST);
    looks(1000);
    call('Monday', DETAIL);
    expect(looks(2000)(LIST)).toBe(1000);
  });

  test('moves when it is called again, on another day too', () => {
    call('Monday', LIST);
    looks(1000);
    call('Tuesday', LIST);
    expect(looks(2000)(LIST)).toBe(2000);
  });

  test('does not move for who asked before', () => {
    call('Monday', LIST);
    const before = looks(1000);
    call('Monday', LIST);
    looks(2000);
    expect(before(LIST)).toBe(1000);
  });

  test('is never where it was not called', () => {
    expect(looks(1000)(LIST)).toBe(0);
  });
});
