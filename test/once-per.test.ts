import { oncePer } from '../lib/once-per.ts';

describe('What is made once for each object', () => {
  test('The same object gets what was made for it, also if that is undefined', () => {
    const made: number[] = [];
    const make = oncePer(({ n }: { n: number }) => {
      made.push(n);
      return n > 1 ? { n } : undefined;
    });
    const [one, two] = [{ n: 1 }, { n: 2 }];
    expect([make(one), make(two)]).toEqual([undefined, { n: 2 }]);
    expect(make(two)).toBe(make(two));
    expect(make(one)).toBeUndefined();
    expect(made).toEqual([1, 2]);
  });

  test('An equal object gets its own', () => {
    const make = oncePer((list: readonly number[]) => ({ list }));
    expect(make([1])).not.toBe(make([1]));
  });
});
