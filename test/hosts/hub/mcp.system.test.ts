import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startTestHub, type TestHub } from '../../support/hub.ts';

describe('Tools for assistants', () => {
  let hub: TestHub;
  const program = { name: 'test', version: '1.0.0' };
  const headers = () => ({ requestInit: { headers: { authorization: `Bearer ${hub.shopKey}` } } });
  const address = () => new URL('/mcp', hub.hub.url);
  beforeAll(async () => {
    hub = await startTestHub({ env: { HUB_SEARCH_CALLS: '70' } });
  });
  afterAll(() => hub.stop());

  test('Every search is a tool that only reads', async () => {
    const client = new Client(program);
    await client.connect(new StreamableHTTPClientTransport(address(), headers()));
    const { tools } = await client.listTools();
    const searches = hub.hub.runtime.registry.searches.map(({ key }) => key);
    expect(tools.map(({ name }) => name)).toEqual([...searches, 'recent_events', 'call_budget']);
    const { inputSchema } = tools.find(({ name }) => name === 'find_tracking') ?? {};
    expect(inputSchema).toMatchObject({
      properties: { order_id: { type: 'string' } },
      required: ['order_id'],
    });
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
    await client.close();
  });

  test('An assistant is told how many calls searches may make', async () => {
    const client = new Client(program);
    await client.connect(new StreamableHTTPClientTransport(address(), headers()));
    expect(client.getInstructions()?.replace(/\s+/g, ' ')).toContain(
      'has 200 a day and searches at most 70,',
    );
    await client.close();
  });

  test('A client of the older line finds orders', async () => {
    const client = new OldClient(program);
    // biome-ignore lint/suspicious/noExplicitAny: the two lines type the same transport differently
    await client.connect(new OldTransport(address(), headers()) as any);
    const { structuredContent } = await client.callTool({ name: 'find_orders', arguments: {} });
    expect(structuredContent).toMatchObject({
      items: expect.any(Array),
      count: expect.any(Number),
      is_complete: expect.any(Boolean),
      calls_used: 1,
      calls_left: expect.any(Number),
    });
    await client.close();
  });

  test.each([{}, { order_id: 'abc' }, { order_id: ['1'] }])(
    "The wrong question %j is answered with the pack's sentence",
    async (given) => {
      const client = new Client(program);
      await client.connect(new StreamableHTTPClientTransport(address(), headers()));
      const answer = await client.callTool({ name: 'find_order', arguments: given });
      expect(answer).toMatchObject({
        isError: true,
        content: [{ text: expect.stringMatching(/\p{Script=Han}/u) }],
      });
      await client.close();
    },
  );

  test.each([
    ['find_order', { order: '8190000000000000' }, '"order"', 'order_id'],
    ['find_orders', { status: 'x', Status: 'x' }, '"Status"', 'status'],
    ['recent_events', { count: 5 }, '"count"', 'limit'],
    ['recent_events', { limit: 51 }, '"Limit"', 'from 1 to 50'],
    ['call_budget', { shop: '1' }, '"shop"', '–'],
  ])('The tool %s names the argument in %j that it does not take', async (name, given, field, allowed) => {
    const client = new Client(program);
    await client.connect(new StreamableHTTPClientTransport(address(), headers()));
    const { isError, content } = await client.callTool({ name, arguments: given });
    const [{ text = '' } = {}] = content as { text?: string }[];
    expect([isError, text]).toEqual([true, expect.stringContaining(field)]);
    expect(text).toContain(allowed);
    expect(text).toMatch(/\p{Script=Han}/u);
    await client.close();
  });

  test('The schema of a tool says that it takes no other arguments, and how many events it gives', async () => {
    const client = new Client(program);
    await client.connect(new StreamableHTTPClientTransport(address(), headers()));
    const { tools } = await client.listTools();
    expect(tools.every(({ inputSchema }) => inputSchema.additionalProperties === false)).toBe(true);
    expect(tools.find(({ name }) => name === 'recent_events')?.inputSchema.properties).toMatchObject({
      limit: { type: 'integer', minimum: 1, maximum: 50, default: 20 },
    });
    await client.close();
  });

  test('A request without a key is refused', async () => {
    const answer = await fetch(address(), { method: 'POST', body: '{}' });
    expect(answer.status).toBe(401);
  });

  test('An assistant that starts a program reaches the tools on stdin and stdout', async () => {
    const client = new Client(program);
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [fileURLToPath(new URL('../../../mcp.ts', import.meta.url))],
        env: { HUB_KEY: hub.shopKey, HUB_URL: hub.hub.url },
        stderr: 'ignore',
      }),
    );
    const { structuredContent } = await client.callTool({ name: 'call_budget', arguments: {} });
    expect(structuredContent).toMatchObject({ limit: 200 });
    await client.close();
  });

  test('An assistant with a wrong key reads the sentences of the hub', async () => {
    const { error } = await answerOfProgram({ HUB_KEY: 'key_shop_wrong', HUB_URL: hub.hub.url });
    expect(error.message).toMatch(/^The key is wrong.* \/ 密钥错误.*。$/);
  });

  test('Without a running hub every question gets an error, and none hangs', async () => {
    const answer = await answerOfProgram({ HUB_KEY: 'key', HUB_URL: 'http://127.0.0.1:9' });
    expect(answer).toMatchObject({ id: 7, error: { code: -32000 } });
  });
});

/** What the program answers to one question. */
async function answerOfProgram(settings: { HUB_KEY: string; HUB_URL: string }) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../mcp.ts', import.meta.url))], {
    env: { ...process.env, ...settings },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.write('{"jsonrpc":"2.0","id":7,"method":"tools/list"}\n');
  const [line] = await new Promise<Buffer[]>((resolve) =>
    child.stdout.once('data', (data) => resolve([data])),
  );
  child.kill();
  return JSON.parse(String(line));
}
