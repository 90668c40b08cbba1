/** `npm run mcp`: the tools of a running hub for an assistant that starts a program and talks to it on stdin and stdout. */

import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

const HELP = `HUB_KEY=KEY npm run --silent mcp     passes the tools of the hub on to an assistant
                                    将服务的工具提供给 AI 助手

  HUB_KEY   a key of the shop that may read, from the page of the hub / 服务页面上创建的店铺密钥（读取权限）
  HUB_URL   address of the hub (http://127.0.0.1:4170) / 服务地址`;

const { HUB_KEY: key, HUB_URL: hub = 'http://127.0.0.1:4170' } = process.env;

const [given] = process.argv.slice(2);
const isHelp = given === '--help' || given === '-h';

if (given !== undefined || !key || !URL.canParse(hub)) {
  if (given !== undefined && !isHelp) console.error(`Unknown option '${given}'`);
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
      const failure = { code: -32000, message: `The hub did not answer: ${messageOf(error)}` };
      assistant.send({ jsonrpc: '2.0', id: message.id, error: failure }).catch(report);
    });
  };
  assistant.onclose = () => void server.close();
  await server.start();
  await assistant.start();
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function report(error: unknown): void {
  console.error(messageOf(error));
}
