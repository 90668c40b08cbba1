/** The pieces of the code whose tests are checked by mutation. */

export interface Piece {
  /** Files to change, as Stryker takes them. */
  mutate: string[];
  /** Tests that must notice, as globs below `test/` without their ending. System tests are named one by one. */
  tests: string[];
}

export const pieces: Readonly<Record<string, Piece>> = {
  aliexpress: {
    mutate: ['sign', 'envelope', 'errors', 'wire'].map((name) => `lib/aliexpress/${name}.ts`),
    tests: ['sign', 'envelope', 'errors', 'wire'].map((name) => `aliexpress/${name}`),
  },
  budget: { mutate: ['lib/budget/**/*.ts'], tests: ['budget/**/*'] },
  engine: { mutate: ['lib/engine/**/*.ts'], tests: ['engine/**/*'] },
  'feeds-engine': {
    mutate: ['lib/feeds/engine/**/*.ts'],
    tests: ['feeds/**/*', 'feeds/engine/late-visit.system'],
  },
  feeds: {
    mutate: ['lib/feeds/*.ts'],
    tests: [
      'feeds/*',
      'triggers/*',
      ...['daily-report', 'incomplete-lists', 'stock', 'products', 'orders', 'report-schedule'].map(
        (name) => `feeds/${name}.system`,
      ),
      'feeds/engine/loss.system',
    ],
  },
};
