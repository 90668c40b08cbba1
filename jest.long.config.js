/** `npm run test:long`: what takes more than 30 seconds, the longest about an hour. */

import { shared, testsNamed } from './jest.config.js';

export default { ...shared, silent: true, testMatch: [testsNamed('long')], testTimeout: 4 * 3_600_000 };
