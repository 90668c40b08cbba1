/** Why a push stopped. The message is for the publisher and says what to change. */
export class PushError extends Error {}
