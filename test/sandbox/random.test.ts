import { type RandomSource, randomSource } from '../../sandbox/random.ts';

const draw = ({ next }: RandomSource, count = 1000) => Array.from({ length: count }, next);
const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Seeded random source', () => {
  test('The same seed and stream give the same random numbers', () => {
    expect(draw(randomSource(5, 'parcels'))).toEqual(draw(randomSource(5, 'parcels')));
  });

  test('Another stream of the same seed gives other random numbers', () => {
    expect(draw(randomSource(5, 'parcels'))).not.toEqual(draw(randomSource(5, 'reviews')));
  });

  test('Another seed of the same stream gives other random numbers', () => {
    expect(draw(randomSource(5, 'parcels'))).not.toEqual(draw(randomSource(6, 'parcels')));
  });

  test('Two random streams of one seed are not correlated', () => {
    const [a, b] = [draw(randomSource(5, 'parcels')), draw(randomSource(5, 'reviews'))];
    const correlation = meanOf(a.map((value, n) => (value - 0.5) * ((b[n] as number) - 0.5))) * 12;
    expect(Math.abs(correlation)).toBeLessThan(0.15);
  });

  test('Random integers include both ends of their range', () => {
    const { integer } = randomSource(5, 'parcels');
    expect(new Set(Array.from({ length: 100 }, () => integer(1, 3)))).toEqual(new Set([1, 2, 3]));
  });

  test('Exponential random numbers have the requested mean', () => {
    const { exponential } = randomSource(5, 'parcels');
    expect(Math.abs(meanOf(Array.from({ length: 10_000 }, () => exponential(7))) - 7)).toBeLessThan(0.35);
  });
});
