import { type Chance, chance } from '../../sandbox/chance.ts';

const draw = ({ random }: Chance, count = 1000) => Array.from({ length: count }, random);
const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Seeded chance', () => {
  test('is the same for the same seed and stream', () => {
    expect(draw(chance(5, 'parcels'))).toEqual(draw(chance(5, 'parcels')));
  });

  test('is another one for another stream', () => {
    expect(draw(chance(5, 'parcels'))).not.toEqual(draw(chance(5, 'reviews')));
  });

  test('is another one for another seed', () => {
    expect(draw(chance(5, 'parcels'))).not.toEqual(draw(chance(6, 'parcels')));
  });

  test('does not tell of one stream what happens in another', () => {
    const [a, b] = [draw(chance(5, 'parcels')), draw(chance(5, 'reviews'))];
    const correlation = meanOf(a.map((value, n) => (value - 0.5) * ((b[n] as number) - 0.5))) * 12;
    expect(Math.abs(correlation)).toBeLessThan(0.15);
  });

  test('has whole numbers of both ends', () => {
    const { whole } = chance(5, 'parcels');
    expect(new Set(Array.from({ length: 100 }, () => whole(1, 3)))).toEqual(new Set([1, 2, 3]));
  });

  test('has waiting times of the mean that is asked for', () => {
    const { exponential } = chance(5, 'parcels');
    expect(Math.abs(meanOf(Array.from({ length: 10_000 }, () => exponential(7))) - 7)).toBeLessThan(0.35);
  });
});
