import { readFileSync } from 'node:fs';
import { CLIENT, type Pushing, startPushing } from '../../support/make-api/pushing.ts';

let pushing: Pushing;
beforeAll(async () => {
  pushing = await startPushing('types');
  await pushing.push();
});
afterAll(() => pushing.close());

const JSONC = 'application/jsonc';
const JSON_TYPE = 'application/json';
const app = () => pushing.app().fields.name;
const connection = () => pushing.app().components.find(({ kind }) => kind === 'connection')?.fields.name;

interface Request {
  method?: string;
  path: string;
  body?: string | Buffer | object;
  type?: string;
  authorization?: string;
}

async function send({ method = 'PUT', path, body, type = JSONC, authorization }: Request): Promise<number> {
  const answer = await fetch(`http://${pushing.api.zone}/api/v2/sdk${path}`, {
    method,
    headers: { authorization: authorization ?? `Token ${pushing.api.token}`, 'content-type': type },
    ...(body !== undefined && {
      body:
        typeof body === 'string' || Buffer.isBuffer(body)
          ? new Uint8Array(Buffer.from(body))
          : JSON.stringify(body),
    }),
  });
  return answer.status;
}

const MODULE = { name: 'another', typeId: 9, label: 'Another', description: 'Another.' };
const APP = {
  name: 'shop',
  label: 'Shop',
  description: '',
  theme: '#000000',
  language: 'en',
  audience: 'global',
};
const icon = readFileSync(new URL('../../../tools/make/icon.png', import.meta.url));
const withSize = (width: number, height: number) => {
  const changed = Buffer.from(icon);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  return changed;
};
const newModule = (fields: object): Request => ({
  method: 'POST',
  path: `/apps/${app()}/1/modules`,
  body: { ...MODULE, ...fields },
  type: JSON_TYPE,
});
const newApp = (fields: object): Request => ({
  method: 'POST',
  path: '/apps',
  body: { ...APP, ...fields },
  type: JSON_TYPE,
});
const section = (path: string, body: string | object): Request => ({
  path: `/apps/${app()}/1/${path}`,
  body,
});

describe('The stand-in of the API of Make', () => {
  test.each<[string, number, () => Request]>([
    ['a request without a token', 401, () => ({ method: 'GET', path: '/apps', authorization: '' })],
    [
      'a token as Bearer',
      401,
      () => ({ method: 'GET', path: '/apps', authorization: `Bearer ${pushing.api.token}` }),
    ],
    ['an app that is not there', 404, () => ({ path: '/apps/nothing/1/base', body: {} })],
    ['a version that is not there', 404, () => ({ path: `/apps/${app()}/2/base`, body: {} })],
    ['an unknown section', 404, () => section('basis', {})],
    ['a section of an unknown module', 404, () => section('modules/nothing/api', {})],
    ['a section of an unknown webhook', 404, () => ({ path: '/apps/webhooks/nothing/api', body: {} })],
    ['the epoch of a search', 404, () => section('modules/findReviews/epoch', {})],
    ['mappable parameters of a trigger', 404, () => section('modules/watchEvents/expect', [])],
    ['the scope of an instant trigger', 404, () => section('modules/lowStock/scope', [])],
    ['a section of another content type', 400, () => ({ ...section('base', {}), type: JSON_TYPE })],
    ['a section that is not JSON', 400, () => section('base', '{')],
    ['a section that does not fit its schema', 400, () => section('modules/findOrder/samples', [])],
    [
      'a dropdown of an unknown remote procedure',
      400,
      () =>
        section('modules/findOrder/expect', [
          { name: 'x', type: 'select', label: 'X', options: 'rpc://listNothing' },
        ]),
    ],
    ['groups with an unknown module', 400, () => section('groups', [{ label: 'All', modules: ['nothing'] }])],
    ['a module that is there already', 400, () => newModule({ name: 'findOrder' })],
    ['a module whose name has a dash', 400, () => newModule({ name: 'find-order' })],
    ['a module whose name JavaScript reserves', 400, () => newModule({ name: 'delete' })],
    ['a module of an unknown type', 400, () => newModule({ typeId: 2 })],
    ['a module with an unknown field', 400, () => newModule({ color: 'red' })],
    ['a module with an unknown connection', 400, () => newModule({ connection: 'hub' })],
    ['an instant trigger without a webhook', 400, () => newModule({ typeId: 10 })],
    ['a universal module without a subtype', 400, () => newModule({ typeId: 12 })],
    ['an app whose name has capitals', 400, () => newApp({ name: 'Shop' })],
    ['an app without an audience', 400, () => newApp({ audience: undefined })],
    ['an app whose theme is no color', 400, () => newApp({ theme: 'red' })],
    [
      'a connection that is used',
      400,
      () => ({ method: 'DELETE', path: `/apps/connections/${connection()}` }),
    ],
    ['a remote procedure that is used', 400, () => ({ ...section('rpcs/listOrders', ''), method: 'DELETE' })],
    ['an icon that is not a PNG', 400, () => ({ ...section('icon', 'GIF89a'), type: 'image/png' })],
    ['an icon of 256 pixels', 400, () => ({ ...section('icon', withSize(256, 256)), type: 'image/png' })],
    [
      'an icon that is not square',
      400,
      () => ({ ...section('icon', withSize(512, 600)), type: 'image/png' }),
    ],
    [
      'an icon of more than 500 kB',
      400,
      () => ({ ...section('icon', Buffer.concat([icon, Buffer.alloc(500_000)])), type: 'image/png' }),
    ],
  ])('The stand-in refuses %s with %i', async (_, status, request) => {
    expect(await send(request())).toBe(status);
  });

  test('The stand-in accepts what is right, and a token with the scope to read reads', async () => {
    expect(await send(newModule({ connection: connection() }))).toBe(200);
    expect(await send(newApp({}))).toBe(200);
    pushing.api.apps.pop();
    pushing.api.scopes.delete('sdk-apps:write');
    expect(await send({ method: 'GET', path: '/apps' })).toBe(200);
    expect(await send({ method: 'DELETE', path: `/apps/${app()}/1/modules/another` })).toBe(403);
    pushing.api.scopes.add('sdk-apps:write');
    expect(await send({ method: 'DELETE', path: `/apps/${app()}/1/modules/another` })).toBe(200);
  });

  test('The stand-in removes nothing from a published app', async () => {
    await send({ method: 'POST', path: `/apps/${app()}/1/public`, type: JSON_TYPE, body: {} });
    expect(await send({ method: 'DELETE', path: `/apps/${app()}/1/modules/findReviews` })).toBe(400);
  });

  test('The stand-in begins the client of a sign-in with placeholders', async () => {
    const created = { type: 'oauth', label: 'Second' };
    await send({ method: 'POST', path: `/apps/${app()}/connections`, type: JSON_TYPE, body: created });
    const second = pushing.app().components.at(-1);
    expect(Object.keys(second?.common ?? {})).toEqual(Object.keys(CLIENT));
    expect(second?.common.clientId).toMatch(/^ENTER_/);
  });
});
