/** The sign-in of a seller at the hub, in the order in which Make goes through the sections of an OAuth connection. */

import * as z from 'zod';
import { fieldsOf, startBrowser } from '../browser.ts';
import { evaluate } from './iml.ts';
import { type MakeFolder, makeRunner } from './runner.ts';

/** What Make keeps of a sign-in. */
export const savedConnection = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expires: z.date(),
});
export type SavedConnection = z.output<typeof savedConnection>;

const part = z.looseObject({
  temp: z.record(z.string(), z.unknown()).optional(),
  url: z.string(),
  qs: z.record(z.string(), z.string()).optional(),
  condition: z.string().optional(),
  response: z.record(z.string(), z.unknown()).optional(),
});
const sectionsSchema = z.object({
  authorize: part,
  token: part,
  refresh: part,
  info: part,
  invalidate: part,
});

export const oauthSections = (app: MakeFolder): z.output<typeof sectionsSchema> =>
  sectionsSchema.parse(app.file('connection', 'hub', 'communication'));

export interface SignInOptions {
  app: MakeFolder;
  hub: { publicUrl: string; clock: { now(): number } };
  /** Of the connection. */
  common: { clientId: string; clientSecret: string };
  /** Where Make receives the code. */
  redirect: string;
}

/** The seller allows it. */
export async function signIn({ app, hub, common, redirect }: SignInOptions): Promise<SavedConnection> {
  const { authorize, token } = oauthSections(app);
  const oauth = { localRedirectUri: redirect, scope: app.file('connection', 'hub', 'defaultScope') };
  const temp = z.record(z.string(), z.unknown()).parse(evaluate(authorize.temp, {}));
  const query = z.record(z.string(), z.string()).parse(evaluate(authorize.qs, { temp, common, oauth }));
  const search = new URLSearchParams({ ...query, state: 'of-make' });
  const address = `${hub.publicUrl}${new URL(authorize.url).pathname}?${search}`;
  const { origin } = new URL(redirect);
  const browser = startBrowser([origin]);
  const consent = await browser.open(address, { from: origin });
  const fields = { ...fieldsOf(consent.text), decision: 'allow' };
  const { url } = await browser.submit(`${hub.publicUrl}/oauth/authorize`, fields, consent.url);
  const answered = new URL(url).searchParams;
  if (answered.get('state') !== 'of-make') throw new Error(`the hub has changed the state: ${url}`);
  const scope = { temp: { ...temp, code: answered.get('code') }, common, oauth };
  const now = () => new Date(hub.clock.now());
  const { scope: after } = await makeRunner(app, { origin: hub.publicUrl, connection: {}, now }).request(
    token,
    scope,
  );
  return savedConnection.parse(evaluate(token.response?.data, after));
}
