import { readVariants } from '../../sandbox/read-variants.ts';

describe('Variants as arguments', () => {
  test('Each variant is read by its name', () => {
    expect(
      readVariants([
        'finishAmongOthers=refused',
        'parcelPageSize=10',
        'takeDownMovesModified=false',
        'notGranted=reviews,disputes',
        'forms=half_stars',
        'eventTimes=stamp',
      ]),
    ).toEqual({
      finishAmongOthers: 'refused',
      parcelPageSize: 10,
      takeDownMovesModified: false,
      notGranted: ['reviews', 'disputes'],
      forms: ['half_stars'],
      eventTimes: 'stamp',
    });
  });

  test.each(['finish=refused', 'parcelPageSize=0', 'parcelZone', 'notGranted=rain', 'totals='])(
    'The variant %s is refused',
    (written) => {
      expect(() => readVariants([written])).toThrow('--variant');
    },
  );
});
