import { resultsPage } from '../../bench/results.ts';

const table = (title: string) => ({ title, head: ['row', 'ms'], rows: [['a', 1]], notes: ['A note.'] });
const run = {
  commit: '0123456789ab with changes',
  at: new Date('2026-11-29T17:05:59Z'),
  machine: 'Node.js 22, 2 cores',
};

describe('Page of the results of a benchmark', () => {
  const page = resultsPage([table('Delay'), table('Cost')], run);

  test('The page says once with which commit, when and on what all tables were measured', () => {
    expect(page.split('\n')[2]).toBe(
      'Written by `npm run bench`, all tables in one run: commit 0123456789ab with changes, begun 2026-11-29 17:05 UTC, Node.js 22, 2 cores.',
    );
    expect(page.match(/commit|UTC/g)).toHaveLength(2);
  });

  test('The page holds the tables of this run in their order, and nothing else', () => {
    expect(page.match(/^#+ .*/gm)).toEqual(['# Results', '## Delay', '## Cost']);
  });
});
