/** The number of orders by hour of the day. See docs/polling.md#hours-of-the-curves. */

const circular = (hour: number, center: number) => {
  const d = Math.abs(hour + 0.5 - center) % 24;
  return Math.min(d, 24 - d);
};
const bell = (hour: number, center: number, width: number) =>
  Math.exp(-(circular(hour, center) ** 2) / (2 * width ** 2));
const perHour = (weight: (hour: number) => number) => Array.from({ length: 24 }, (_, hour) => weight(hour));

export const curves = {
  /** Order counts by hour of the public Olist data set (Brazil). */
  olist: [
    2394, 1170, 510, 272, 206, 188, 502, 1231, 2967, 4785, 6177, 6578, 5995, 6518, 6569, 6454, 6675, 6150,
    5769, 5982, 6193, 6217, 5816, 4123,
  ],
  'two-regions': perHour((hour) => 0.15 + 1.6 * bell(hour, 20, 2.5) + 0.8 * bell(hour, 3, 2.5)),
  'one-region': perHour((hour) => 0.04 + bell(hour, 20, 2.2)),
  flat: perHour(() => 1),
} as const;

export type CurveName = keyof typeof curves;

/**
 * Orders per hour at a time of the day, interpolated linearly between the middles of the hours.
 * @param hour of the day, 0 ≤ hour < 24, with fraction
 */
export function density(curve: CurveName, ordersPerDay: number, hour: number): number {
  const weights = curves[curve];
  const sum = weights.reduce((a, b) => a + b, 0);
  const left = Math.floor(hour - 0.5);
  const share = hour - 0.5 - left;
  const weight = (h: number) => weights[(h + 24) % 24] as number;
  return (ordersPerDay * (weight(left) * (1 - share) + weight(left + 1) * share)) / sum;
}

export const peakDensity = (curve: CurveName, ordersPerDay: number): number => {
  const weights = curves[curve];
  return (ordersPerDay * Math.max(...weights)) / weights.reduce((a, b) => a + b, 0);
};
