/** What the hub has done since its start, for `/metrics`. Labels are numbers of shops, keys of feeds and codes. */

export type Labels = Readonly<Record<string, string>>;

export interface Series {
  labels: Labels;
  value: number;
}

/** Waiting times, in classes as Prometheus wants them. */
export interface Histogram {
  /** Upper limits in seconds, with how many were not above. */
  classes: readonly { limit: number; count: number }[];
  count: number;
  sum: number;
}

export type CountName = 'visits' | 'events' | 'deliveries' | 'errors';

export interface Counts {
  add(name: CountName, labels: Labels, by?: number): void;
  of(name: CountName): Series[];
  /** A call has waited for its turn to be sent to AliExpress. */
  waited(ms: number): void;
  waits(): Histogram;
}

const LIMITS = [0, 0.25, 0.5, 1, 3, 10, 30];

export function createCounts(): Counts {
  const all = new Map<CountName, Map<string, Series>>();
  const classes = LIMITS.map((limit) => ({ limit, count: 0 }));
  let [count, sum] = [0, 0];
  return {
    add: (name, labels, by = 1) => {
      const series = all.get(name) ?? new Map<string, Series>();
      all.set(name, series);
      const key = JSON.stringify(labels);
      const { value } = series.get(key) ?? { value: 0 };
      series.set(key, { labels, value: value + by });
    },
    of: (name) => [...(all.get(name)?.values() ?? [])],
    waited: (ms) => {
      const seconds = ms / 1000;
      count += 1;
      sum += seconds;
      for (const each of classes) if (seconds <= each.limit) each.count += 1;
    },
    waits: () => ({ classes, count, sum }),
  };
}
