/** `npm run test:built`: what is uploaded to Zapier. */

import { shared, testsNamed } from './jest.config.js';

export default { ...shared, testMatch: [testsNamed('built')], testTimeout: 20 * 60_000 };
