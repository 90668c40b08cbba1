/** `npm run mutation`: the unit tests of one piece, which the environment names. */

import { shared, unit } from './jest.config.js';

const tests = (process.env.MUTATION_TESTS ?? '').split(' ');

export default {
  ...shared,
  silent: true,
  testMatch: tests.map((name) => `<rootDir>/test/${name}.test.ts`),
  testPathIgnorePatterns: unit.testPathIgnorePatterns,
};
