/** `npm run mcp`: the tools of a running hub for an assistant that starts a program and talks to it on stdin and stdout. */

import { SdkHttpError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';

const HELP = `HUB_KEY=KEY npm run --silent mcp     passes the tools of the hub on to an assistant
                                    把中转服务的工具提供给 AI 助手

  HUB_KEY   a key of the shop that may read, from the page of the hub / 在服务页面上创建、有读取权限的店铺密钥
  HUB_URL   address of the hub (http://127.0.0.1:4170) / 中转服务的地址`;

const problem = z.object({ detail: z.string(), detail_zh: z.string() });

const { HUB_KEY: key, HUB_URL: hub = 'http://127.0.0.1:4170' } = process.env;

const [given] = process.argv.slice(2);
const isHelp = given === '--help' || given === '-h';

if (given !== undefined || !key || !URL.canParse(hub)) {
  if (given !== undefined && !isHelp) console.error(`Unknown option '${given}'`);
  else if (!isHelp && !key) console.error('HUB_KEY is not set. / 未设置 HUB_KEY。');
  else if (!isHelp) console.error(`HUB_URL is not an address: ${hub} / HUB_URL 不是有效的网址：${hub}`);
  console.error(HELP);
  process.exitCode = isHelp ? 0 : 2;
} else await proxy(new URL('/mcp', hub), key);

/** Passes every message on. stdout belongs to the protocol. */
async function proxy(address: URL, secret: string): Promise<void> {
  const assistant = new StdioServerTransport();
  const server = new StreamableHTTPClientTransport(address, {
    requestInit: { headers: { authorization: `Bearer ${secret}` } },
  });
  server.onmessage = (message) => {
    const { protocolVersion } = ('result' in message ? message.result : {}) as { protocolVersion?: string };
    if (protocolVersion) server.setProtocolVersion(protocolVersion);
    assistant.send(message).catch(report);
  };
  assistant.onmessage = (message) => {
    server.send(message).catch((error: unknown) => {
      report(error);
      if (!('id' in message) || message.id === undefined || !('method' in message)) return;
      const failure = { code: -32000, message: messageOf(error) };
      assistant.send({ jsonrpc: '2.0', id: message.id, error: failure }).catch(report);
    });
  };
  assistant.onclose = () => void server.close();
  await server.start();
  await assistant.start();
}

/** What the hub has refused says in both languages what to change. */
function messageOf(error: unknown): string {
  if (!(error instanceof SdkHttpError))
    return `The hub did not answer: ${error instanceof Error ? error.message : String(error)}`;
  const text = String(error.data.text ?? '');
  try {
    const { detail, detail_zh } = problem.parse(JSON.parse(text));
    return `${detail} / ${detail_zh}`;
  } catch {
    return `${error.status}: ${text}`;
  }
}

function report(error: unknown): void {
  console.error(messageOf(error));
}
