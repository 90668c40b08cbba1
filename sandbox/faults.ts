/** The faults that the AliExpress stand-in can inject, one at a time. */

export const faultNames = {
  slow: 'the answer comes after the time limit',
  http_5xx: 'HTTP 503',
  cut: 'the connection is cut during the answer',
  not_json: 'an HTML page instead of JSON',
  wrong_shape: 'JSON without the expected fields',
  backend_error: 'a remote service error inside HTTP 200',
  ban: 'the account is blocked for 15 minutes',
} as const;

export type FaultName = keyof typeof faultNames;

export interface Faults {
  /** The fault that is on. */
  active: FaultName | null;
  /** How many calls each fault has hit. */
  hits: Record<FaultName, number>;
}

export const noFaults = (): Faults => ({
  active: null,
  hits: { slow: 0, http_5xx: 0, cut: 0, not_json: 0, wrong_shape: 0, backend_error: 0, ban: 0 },
});
