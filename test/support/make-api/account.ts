/** What Make knows of a publisher: custom apps with their components. */

export type Kind = 'connection' | 'webhook' | 'rpc' | 'module';

export interface HeldComponent {
  kind: Kind;
  /** As Make answers them, with the name. References are names of the same app. */
  fields: Record<string, unknown> & { name: string; label: string };
  /** Section → text as it was sent. */
  texts: Map<string, string>;
  /** Of connections. */
  common: Record<string, unknown>;
}

export interface HeldApp {
  fields: Record<string, unknown> & { name: string; label: string; version: number; public: boolean };
  /** Section → text as it was sent. */
  texts: Map<string, string>;
  readme: string;
  common: Record<string, unknown>;
  icon: Buffer | undefined;
  components: HeldComponent[];
}

export interface Sent {
  method: string;
  path: string;
}

/** What is done with a request in place of an answer of Make. */
export type Fault =
  | { status: number; detail?: string; retryAfter?: string }
  /** The connection is cut before or after the request has its effect. */
  | { cut: 'before' | 'after' }
  /** Another website answers. */
  | { page: string };

export interface Account {
  token: string;
  scopes: Set<'sdk-apps:read' | 'sdk-apps:write'>;
  apps: HeldApp[];
  /** Every request since the last `forget`. */
  sent: Sent[];
  /** Those that are not reads. */
  writes(): Sent[];
  forget(): void;
  /** Asked about each request; undefined lets it through. */
  fault: (sent: Sent, body: string) => Fault | undefined;
  /** Sections are answered as JSON with the keys in another order, instead of as the text that was sent. */
  answersJson: boolean;
  /** Lists leave out what a single component is answered with. */
  listsShort: boolean;
  /** Of `/checksum`: the MD5 of the text, that of another text with the same meaning, none, or an answer of another form. */
  checksums: 'exact' | 'reformatted' | 'none' | 'other';
  /** The answer to a new webhook does not tell its name. */
  hidesNames: boolean;
}

export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

export const missing = (what: string): Refusal => new Refusal(404, `${what} not found.`);
