/** `npm run test:unit`: in one process, so that its processor time is that of the tests. */

import jestConfig, { unit } from './jest.config.js';

export default {
  silent: true,
  testTimeout: jestConfig.testTimeout,
  maxWorkers: 1,
  projects: [unit],
  reporters: ['default', './tools/processor-time-reporter.js'],
};
