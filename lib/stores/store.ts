/**
 * The one small store the pack keeps anything in. Four verbs; `add` is the only one the budget trusts.
 *
 * Every method rejects when the answer is not known (a time-out, a cut, a store that will not say). A
 * rejection of `set` or `add` does not mean that nothing was written.
 */
export interface Store {
  /** The value, or null when there is none or it has expired. */
  get(key: string): Promise<string | null>;
  /** Writes; false when the store declined (a rate limit, say) and nothing was written. */
  set(key: string, value: string, ttlSeconds: number): Promise<boolean>;
  /** Writes only where there is no live value, atomically. True: written. False: not written. */
  add(key: string, value: string, ttlSeconds: number): Promise<boolean>;
  /** True when there was a value. */
  delete(key: string): Promise<boolean>;
}
