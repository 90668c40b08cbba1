/** What Zapier knows of a publisher: integrations with their versions, settings and invited users. */

import type { FastifyInstance } from 'fastify';

export interface Upload {
  buildZip: Buffer;
  sourceZip: Buffer;
  /** `definition.json` of the build. */
  definition: Record<string, unknown>;
  skipValidation: boolean;
}

export interface Version {
  version: string;
  /** The version of zapier-platform-core. */
  platformVersion: string;
  environment: Record<string, string>;
  /** Every upload of this version, the newest last. */
  uploads: Upload[];
  /** A version that another has replaced in production is "available". */
  lifecycle: 'private' | 'promoted' | 'available' | 'deprecating';
  /** With Zaps that are on. */
  users: number;
  /** Set with the lifecycle "deprecating". */
  deprecation?: { date: string; reason: string };
}

/** Sends a part of the runs of one version to another for some time. */
export interface Canary {
  from: string;
  to: string;
  percent: number;
  /** Epoch seconds. */
  until: number;
  user?: string | undefined;
}

/** A promotion or a migration. */
export interface Job {
  kind: 'promote' | 'migrate';
  from?: string | undefined;
  to: string;
  /** Of the users of `from`. */
  percent?: number | undefined;
  user?: string | undefined;
  /** What users read about a promoted version. */
  changelog?: string;
}

export interface Invitee {
  email: string;
  /** Of one version; of all versions where it is missing. */
  version?: string | undefined;
}

export interface Integration {
  id: number;
  key: string;
  title: string;
  description: string;
  homepage_url: string | null;
  intention: string;
  role: string;
  app_category: string;
  versions: Map<string, Version>;
  invitees: Invitee[];
  /** Whether Zapier has published it. */
  isPublic: boolean;
  canaries: Canary[];
  jobs: Job[];
}

export interface Account {
  deployKey: string;
  /** With Zaps of the first version of an integration. */
  firstUsers: number;
  integrations: Map<number, Integration>;
  /** Every request that was answered, such as "PUT /apps/1/versions/0.1.0 200". */
  log: string[];
}

/** A group of routes on the state of one account. */
export type Routes = (server: FastifyInstance, account: Account) => void;

/** What Zapier refuses, as its command line tool reads it. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function integrationOf(account: Account, id: string): Integration {
  const found = account.integrations.get(Number(id));
  if (!found) throw new Refusal(404, `no integration ${id}`);
  return found;
}

export function versionOf(integration: Integration, version: string): Version {
  const found = integration.versions.get(version);
  if (!found) throw new Refusal(404, `integration ${integration.id} has no version ${version}`);
  return found;
}
