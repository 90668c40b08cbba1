import { CommandError } from '../../../lib/terminal.ts';

/** Why a push stopped. The text is for the publisher and says what to change. */
export class PushError extends CommandError {}
