/**
 * `npm test`. The end of a test's file name says how it is run:
 *   name.test.ts         unit: one function or module, in milliseconds, with no server, process or simulated shop
 *   name.system.test.ts  the rest
 *   name.long.test.ts    over 30 seconds: `npm run test:long` alone
 *   name.built.test.ts   what is uploaded to Zapier: `npm run test:built` alone
 */

/** Ends only a test that hangs: no test may depend on how fast the machine is. */
const TIMEOUT_MS = 20 * 60_000;

export const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/build', '<rootDir>/.local'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

/** @param {string} ending of the names of test files */
export const testsNamed = (ending) => `<rootDir>/test/**/*.${ending}.test.ts`;

export const unit = {
  ...shared,
  displayName: 'unit',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['\\.(system|long|built)\\.test\\.ts$'],
};

/** A worker keeps the modules of every suite it has run, about 12 MB each, and would collect garbage most of the time. */
const WORKER_MEMORY = '800MB';

export default {
  silent: true,
  workerIdleMemoryLimit: WORKER_MEMORY,
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  testTimeout: TIMEOUT_MS,
  projects: [unit, { ...shared, displayName: 'system', testMatch: [testsNamed('system')] }],
};
