/** A checker of Stryker that lets a seeded sample of the mutants through. The others count as not compiled. */

import { createHash } from 'node:crypto';
import { CheckStatus } from '@stryker-mutator/api/check';
import { commonTokens, declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** @type {import('@stryker-mutator/api/check').CheckResult} */
const PASSED = { status: CheckStatus.Passed };
/** @type {import('@stryker-mutator/api/check').CheckResult} */
const LEFT_OUT = { status: CheckStatus.CompileError, reason: 'not in the sample' };

class Sample {
  static inject = [commonTokens.options];

  /** @param {import('@stryker-mutator/api/core').StrykerOptions} options with those of this checker */
  constructor(options) {
    /** @type {{ size: number, seed: number }} */
    this.sample = Object(options.sample);
  }

  async init() {}

  /** @param {{ id: string }[]} mutants */
  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  /**
   * The order is by a digest, so that the same seed takes the same mutants of the same code.
   * @param {{ id: string, fileName: string, mutatorName: string, replacement: string, location: object }[]} mutants
   */
  async check(mutants) {
    /** @param {(typeof mutants)[number]} mutant */
    const digest = ({ fileName, mutatorName, replacement, location }) =>
      createHash('sha256')
        .update(
          JSON.stringify([
            this.sample.seed,
            fileName.split('/lib/').at(-1),
            mutatorName,
            replacement,
            location,
          ]),
        )
        .digest('hex');
    const order = mutants.map((mutant) => ({ id: mutant.id, digest: digest(mutant) }));
    const chosen = new Set(
      order
        .sort((a, b) => a.digest.localeCompare(b.digest))
        .slice(0, this.sample.size)
        .map(({ id }) => id),
    );
    return Object.fromEntries(mutants.map(({ id }) => [id, chosen.has(id) ? PASSED : LEFT_OUT]));
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];
