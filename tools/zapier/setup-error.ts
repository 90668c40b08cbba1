/** Something that the publisher must do first. The message says what. */
export class SetupError extends Error {}
