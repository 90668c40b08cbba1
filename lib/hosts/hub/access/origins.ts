/**
 * Which requests the listeners answer at all. The name in the Host header must be one of the hub's, otherwise a foreign
 * page could read the hub under its own name (DNS rebinding). What a browser sends for a foreign page is refused.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail } from '../../../problems.ts';
import type { HubRuntime } from '../runtime.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * @param publicUrl of the public listener, which tunnels also reach by a loopback name
 */
export function refuseForeignOrigins(server: FastifyInstance, publicUrl: string | undefined): void {
  server.addHook('onRequest', async (request) => {
    if (isForeign(request, publicUrl)) return fail('origin_refused', {});
  });
}

/** @param publicUrl of the listener that has got the request */
export function isForeign(request: FastifyRequest, publicUrl: string | undefined): boolean {
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  const name = nameIn(host);
  const isOwnName = LOOPBACK_NAMES.includes(name) || (publicUrl && new URL(publicUrl).hostname === name);
  if (!isOwnName) return true;
  // A page without referrer sends the origin "null" also to itself.
  if (site === 'same-origin') return false;
  const isForeignPage = origin !== undefined && !isOwnOrigin(request, publicUrl);
  const isForeignAction = site !== undefined && site !== 'none' && !isSafe(request);
  return isForeignPage || isForeignAction;
}

/** Whether the request was sent by a page of the hub. Without the headers of a browser that is not known. */
export const isFromOwnPage = (request: FastifyRequest, { hub }: HubRuntime): boolean => {
  const site = request.headers['sec-fetch-site'];
  return site === undefined ? isOwnOrigin(request, hub.publicUrl) : site === 'same-origin';
};

export const isSafe = ({ method }: FastifyRequest): boolean => SAFE_METHODS.includes(method);

function isOwnOrigin({ headers }: FastifyRequest, publicUrl: string | undefined): boolean {
  const { origin = '', host } = headers;
  if (!URL.canParse(origin)) return false;
  // The port of the Host header may be that of a tunnel.
  return new URL(origin).host === host || origin === publicUrl;
}

/** Nothing but a name and a port: a parser of addresses would also accept "user@name" and "name/path". */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const nameIn = (host = ''): string => HOST.exec(host)?.[1]?.toLowerCase() ?? '';
