/** The two ways in which a run of an app can fail. */

/** The app is put together wrongly, or does what Make's documentation does not allow. No user could mend it. */
export class AppError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'AppError';
  }
}

/** [facts/make.md §5.2] */
export const MAKE_ERROR_TYPES = [
  'RuntimeError',
  'DataError',
  'RateLimitError',
  'OutOfSpaceError',
  'ConnectionError',
  'InvalidConfigurationError',
  'InvalidAccessTokenError',
  'IncompleteDataError',
  'DuplicateDataError',
] as const;

export type MakeErrorType = (typeof MAKE_ERROR_TYPES)[number];

/** What stops a run and is shown to the user. */
export class MakeError extends Error {
  readonly type: MakeErrorType;

  constructor(type: MakeErrorType, message: string) {
    super(message);
    this.name = 'MakeError';
    this.type = type;
  }
}
