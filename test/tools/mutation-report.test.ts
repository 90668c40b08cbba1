import { type Explanations, ofSample, reportOf } from '../../tools/mutation/report.ts';

const FILE = 'lib/one.ts';
const SOURCE = 'const one = 1;\nconst two = one + 1;\n';
type Mutant = Parameters<typeof reportOf>[1][number];

const mutant = (status: Mutant['status'], replacement: string, fileName = `/project/${FILE}`): Mutant => ({
  fileName,
  location: { start: { line: 2, column: 13 }, end: { line: 2, column: 20 } },
  mutatorName: 'ArithmeticOperator',
  replacement,
  status,
});
const report = (mutants: Mutant[], explanations: Explanations = {}) =>
  reportOf('/project', mutants, { [FILE]: SOURCE }, [FILE], explanations);

describe('Report of a mutation run', () => {
  test('Every mutant counts as detected, missed or not tried, and one outside the sample does not count', () => {
    const statuses: Mutant['status'][] = [
      'Killed',
      'Timeout',
      'Survived',
      'NoCoverage',
      'RuntimeError',
      'CompileError',
    ];
    expect(report(statuses.map((status) => mutant(status, 'one - 1')))).toMatchObject({
      detected: 2,
      missed: 2,
      failed: 1,
    });
  });

  test('A survivor is named with the code that was changed, unless it is explained', () => {
    const mutants = [mutant('Survived', 'one - 1'), mutant('Survived', 'one')];
    expect(report(mutants, { [FILE]: [['one + 1', 'one', 'why']] })).toMatchObject({
      unexplained: [{ file: FILE, line: 2, code: 'one + 1', to: 'one - 1' }],
      gone: [],
      noticed: [],
    });
  });

  test('An explanation of a change that does not exist is named', () => {
    const mutants = [mutant('Survived', 'one - 1', '/project/lib/two.ts')];
    expect(report(mutants, { [FILE]: [['one + 1', 'one - 1', 'why']] })).toMatchObject({
      gone: [{ file: FILE, code: 'one + 1', to: 'one - 1' }],
    });
  });

  test('An explanation is named once a test notices every mutant that it explains', () => {
    const explanations: Explanations = { [FILE]: [['one + 1', 'one - 1', 'why']] };
    const killed = mutant('Killed', 'one - 1');
    expect(report([killed], explanations).noticed).toHaveLength(1);
    expect(report([killed, mutant('Survived', 'one - 1')], explanations).noticed).toEqual([]);
    expect(report([killed, mutant('CompileError', 'one - 1')], explanations).noticed).toEqual([]);
  });

  test('Explanations of other pieces are left alone', () => {
    expect(report([], { 'lib/two.ts': [['one', '', 'why']] })).toMatchObject({ gone: [], noticed: [] });
  });
});

describe('Sample of mutants', () => {
  const killed = Array.from({ length: 200 }, (_, n) => mutant('Killed', `one - ${n}`));
  const half = { percent: 50, seed: 1 };
  const detectedOf = (mutants: Mutant[], sample = half) =>
    ofSample(mutants, sample).flatMap(({ status, replacement }) => (status === 'Killed' ? replacement : []));

  test('It has the share of the mutants that was asked for', () => {
    const [{ length: of50 }, of100] = [detectedOf(killed), detectedOf(killed, { percent: 100, seed: 1 })];
    expect([of50 > 70, of50 < 130, of100.length]).toEqual([true, true, killed.length]);
  });

  test('It has the same mutants whichever others there are', () => {
    const some = killed.slice(0, 50);
    expect(detectedOf(some)).toEqual(detectedOf(killed).slice(0, detectedOf(some).length));
  });

  test('Another seed takes others', () => {
    expect(detectedOf(killed, { percent: 50, seed: 2 })).not.toEqual(detectedOf(killed));
  });

  test('A mutant outside of it counts as nothing, and its explanation as neither gone nor noticed', () => {
    const [outside] = killed.filter(({ replacement }) => !detectedOf(killed).includes(String(replacement)));
    const explanations: Explanations = { [FILE]: [['one + 1', String(outside?.replacement), 'why']] };
    expect(report(ofSample(killed, half), explanations)).toMatchObject({
      detected: detectedOf(killed).length,
      missed: 0,
      failed: 0,
      gone: [],
      noticed: [],
    });
  });
});
