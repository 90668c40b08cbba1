/** Why a push stopped. The message is for the publisher, and names what to change. */
export class PushError extends Error {}
