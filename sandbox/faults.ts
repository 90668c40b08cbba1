/** Switches for what goes wrong on the way. One is on at a time. */

export const faultNames = {
  slow: 'answers come after the caller has given up',
  http_5xx: 'HTTP 503',
  cut: 'the connection is cut in the middle of the answer',
  not_json: 'an HTML page instead of JSON',
  wrong_shape: 'JSON without the agreed fields',
  backend_error: 'AliExpress reports a remote service error inside HTTP 200',
  ban: 'the account is banned for 15 minutes',
} as const;

export type FaultName = keyof typeof faultNames;

export interface Faults {
  /** The one that is on. */
  active: FaultName | null;
  /** How many calls each has hit. */
  hits: Record<FaultName, number>;
}

export const noFaults = (): Faults => ({
  active: null,
  hits: { slow: 0, http_5xx: 0, cut: 0, not_json: 0, wrong_shape: 0, backend_error: 0, ban: 0 },
});
