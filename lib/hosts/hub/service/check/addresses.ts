/** The ports of the hub, the address under which others reach it, and the callback that is registered at AliExpress. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { axiosTransport } from '../../../../http/axios.ts';
import { TransportFailure } from '../../../../http/transport.ts';
import type { Bilingual } from '../../../../problems.ts';
import { SECOND } from '../../../../runtime.ts';
import type { Settings } from '../../../../settings.ts';
import { type HubSettings, LISTEN_HOST } from '../../settings.ts';
import { callbackOf, returnsHere } from '../../shops/sign-in.ts';
import { HEALTH_PATH, newInstance, readInstance } from '../health.ts';
import { type Finding, failed, fine, skipped } from './finding.ts';

const SUBJECTS = {
  public: { en: 'Public address', zh: '公网地址' },
  callback: { en: 'Callback URL', zh: '回调地址' },
};
const transport = axiosTransport({ timeoutMs: 15 * SECOND, maxBytes: 64 * 1024 });

/** @param isRunning whether a hub is running, which has its ports then */
export async function* addressFindings(
  { hub, settings }: { hub: HubSettings; settings: Settings },
  isRunning: boolean,
): AsyncGenerator<Finding> {
  yield await portFinding(hub.port, 'HUB_PORT', isRunning);
  if (hub.publicUrl === undefined) {
    yield skipped(SUBJECTS.public, {
      en: 'HUB_PUBLIC_URL is not set, so only this machine reaches the hub',
      zh: '未设置 HUB_PUBLIC_URL，仅本机可访问',
    });
  } else {
    yield await portFinding(hub.publicPort, 'HUB_PUBLIC_PORT', isRunning);
    yield await publicFinding(hub.publicUrl, hub.publicPort, isRunning);
  }
  const callback = callbackOf({ settings, hub });
  yield returnsHere({ settings, hub })
    ? fine(SUBJECTS.callback, {
        en: `${callback}; the App Console must have exactly this one`,
        zh: `${callback}，须与应用控制台登记的完全一致`,
      })
    : fine(SUBJECTS.callback, {
        en: `${callback} does not lead to the hub: after the sign-in, paste the address where the browser ended into the page`,
        zh: `${callback} 不指向本服务：授权后请把浏览器最后停留的网址粘贴到页面`,
      });
}

async function portFinding(port: number, setting: string, isRunning: boolean): Promise<Finding> {
  const subject: Bilingual = { en: `Port ${port}`, zh: `端口 ${port}` };
  if (isRunning) return fine(subject, { en: 'used by the running hub', zh: '正由运行中的服务使用' });
  const server = await listen(port, '');
  if (!server)
    return failed(subject, {
      en: `another program uses it; stop that, or set ${setting} to another port`,
      zh: `已被其他程序占用，请停止该程序，或把 ${setting} 设为其他端口`,
    });
  server.close();
  return fine(subject, { en: 'free', zh: '空闲' });
}

/** Asks from outside in. The answer must come from this machine. */
async function publicFinding(url: string, port: number, isRunning: boolean): Promise<Finding> {
  const instance = isRunning ? await instanceAt(`http://${LISTEN_HOST}:${port}`) : newInstance();
  const server = isRunning ? undefined : await listen(port, JSON.stringify({ instance }));
  try {
    const found = await instanceAt(url);
    if (instance !== undefined && found === instance)
      return fine(SUBJECTS.public, { en: `${url} leads here`, zh: `${url} 可访问到本机` });
    return failed(SUBJECTS.public, {
      en: `${url} is answered by something else; let the tunnel or proxy lead to http://${LISTEN_HOST}:${port}`,
      zh: `${url} 的响应并非来自本机，请让隧道或代理指向 http://${LISTEN_HOST}:${port}`,
    });
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    return failed(SUBJECTS.public, {
      en: `${url} is not reachable; start the tunnel or proxy, and check its name and its certificate`,
      zh: `${url} 无法访问，请启动隧道或代理，并检查域名和证书`,
    });
  } finally {
    server?.close();
  }
}

const instanceAt = async (origin: string): Promise<string | undefined> =>
  readInstance((await transport({ method: 'GET', url: origin + HEALTH_PATH })).body);

/** @returns undefined where the port is taken */
async function listen(port: number, body: string): Promise<Server | undefined> {
  const server = createServer((_request, response) => {
    response.setHeader('connection', 'close').end(body);
  });
  server.listen(port, LISTEN_HOST);
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
