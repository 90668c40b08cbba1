import { nextStates, type RecordState } from '../../../lib/feeds/engine/record-states.ts';

const state = (status: string, since: number, more: Partial<RecordState> = {}): RecordState => ({
  values: { status },
  since,
  ...more,
});
const known = (states: RecordState[]) => ({ states, fetchedAt: 50, changedAt: 40 });
const seen = (status: string, more = {}) => ({ values: { status }, changedAt: 60, now: 100, ...more });

describe('States of a record', () => {
  test('A record that is still in its state keeps its states', () => {
    const states = [state('A', 10)];
    expect(nextStates(known(states), seen('A'))).toBe(states);
  });

  test('A new state counts from the last change of the record', () => {
    expect(nextStates(known([state('A', 10)]), seen('B')).at(-1)).toEqual(state('B', 60, { after: 50 }));
  });

  test.each([{ changedAt: undefined }, { changedAt: 40 }])(
    'With %j a new state counts from the visit that saw it',
    (more) => {
      expect(nextStates(known([state('A', 10)]), seen('B', more)).at(-1)?.since).toBe(100);
    },
  );

  test('A change that lies in the future counts from the visit that saw it', () => {
    expect(nextStates(known([state('A', 10)]), seen('B', { changedAt: 500 })).at(-1)?.since).toBe(100);
  });

  test('A state that is entered again has the number of the entry', () => {
    const states = [
      state('A', 10),
      state('B', 20),
      state('A', 30, { entry: 2 }),
      state('B', 35, { entry: 2 }),
    ];
    expect(nextStates(known(states), seen('A')).at(-1)?.entry).toBe(3);
  });

  test('More entries may be remembered from elsewhere than the states say', () => {
    expect(nextStates(known([state('A', 10)]), seen('B', { entry: 4 })).at(-1)?.entry).toBe(4);
  });

  test('At most twelve states are kept, the newest ones', () => {
    let states: readonly RecordState[] = [];
    for (let n = 0; n < 20; n += 1) states = nextStates(known([...states]), seen(String(n)));
    expect(states.map(({ values }) => values.status)).toEqual(
      Array.from({ length: 12 }, (_, n) => String(n + 8)),
    );
  });
});
