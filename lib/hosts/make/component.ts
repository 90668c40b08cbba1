/** Components of a Make app: what each has in the manifest, and its files. https://developers.make.com */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

export interface Component {
  type: 'connection' | 'module' | 'rpc' | 'webhook';
  /** camelCase; frozen once the app is published. */
  name: string;
  label: string;
  description?: string;
  /** The other keys that the manifest has for this component. */
  manifest: Readonly<Record<string, string>>;
  /** The name of a file in the manifest → its content; null for one that is empty or holds secrets. */
  files: Readonly<Record<string, Json>>;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The path of one of a component's files. Make's editor chooses the schema of a file by the end of its name. */
export function pathOf({ type, name, manifest }: Component, file: string): string {
  const folder = kebab(name);
  const isOauth = file === 'communication' && manifest.connectionType === 'oauth';
  const ending = isOauth ? 'oauth-communication' : kebab(file);
  return `${type}s/${folder}/${folder}.${ending}.iml.json`;
}

/** "new_order" → "newOrder". */
export const makeName = (key: string): string =>
  key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Both connection types. Which one a seller uses is one field of the dialog. */
export const CONNECTIONS = { connection: 'hub', altConnection: 'hubKey' } as const;
