/** What a step of a workflow throws, by the names Zapier knows. */

export class StepError extends Error {
  /** "RefreshAuthError", "ExpiredAuthError", "ThrottledError", "AppError", … */
  readonly kind: string;
  /** The problem's own kind, where there is one: "channel_answer_lost". */
  readonly code?: string;
  /** For a throttled step: seconds until it may run again. */
  readonly delaySeconds?: number;

  constructor(name: string, message: string) {
    const body = parseBody(message);
    // Core appends the log to some errors.
    super(body.message ?? message.split('\n\nConsole logs:')[0]);
    this.name = 'StepError';
    this.kind = name;
    if (body.code) this.code = body.code;
    if (body.delay) this.delaySeconds = body.delay;
  }
}

/** AppError and ThrottledError carry JSON as their message. */
function parseBody(message: string): { message?: string; code?: string; delay?: number } {
  try {
    return JSON.parse(message);
  } catch {
    return {};
  }
}
