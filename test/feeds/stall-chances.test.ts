import { MAX_VALUE_LENGTH } from '../../lib/feeds/engine/snapshot-format.ts';
import { afterLook, chanceOf, type Look, noChances } from '../../lib/feeds/stall-chances.ts';

const look = (carrier: string, country = 'ES'): Look => ({
  cells: ['new/7', `new/7/${carrier}`],
  prior: 0.1,
  factors: [`new/${carrier}`, `new/${country}`],
});

test('What is learned of a carrier counts for it, however long its name is', () => {
  const carrier = 'C'.repeat(5000);
  let chances = noChances;
  for (let n = 0; n < 50; n += 1) chances = afterLook(chances, look(carrier), true);
  expect(chanceOf(chances, look(carrier))).toBeGreaterThan(0.5);
});

test('What is learned of many carriers with long names fits into a stored value', () => {
  let chances = noChances;
  for (let n = 0; n < 400; n += 1)
    chances = afterLook(chances, look(`${n} ${'C'.repeat(300)}`, `${n} ${'ES'.repeat(99)}`), n % 3 === 0);
  expect(JSON.stringify(chances).length).toBeLessThan(MAX_VALUE_LENGTH);
});

test('What is first looked at after hundreds of carriers is learned of', () => {
  const confirmed: Look = { cells: ['confirmed'], prior: 0.8, factors: [] };
  let chances = noChances;
  for (let n = 0; n < 1000; n += 1) chances = afterLook(chances, look(`C${n % 300}`), false);
  for (let n = 0; n < 50; n += 1) chances = afterLook(chances, confirmed, false);
  expect(chanceOf(chances, confirmed)).toBeLessThan(0.1);
});

test.each(['constructor', '__proto__', ''])(
  'A carrier that is called "%s" has a chance between 0 and 1',
  (name) => {
    const chances = afterLook(noChances, look(name, name), false);
    expect(chanceOf(chances, look(name, name))).toBeGreaterThan(0);
    expect(chanceOf(chances, look(name, name))).toBeLessThan(1);
  },
);
