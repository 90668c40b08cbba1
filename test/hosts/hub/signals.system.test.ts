import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../sandbox/ports.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const MAX_LOAD_MS = 60_000;
/** Loads the hub as slowly as a machine that is very busy. */
const SLOW_MACHINE = `
  import module from 'node:module';
  import { writeSync } from 'node:fs';
  module.registerHooks?.({
    load(url, context, next) {
      if (url.endsWith('/hub-commands.ts')) {
        writeSync(1, 'loading');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${2 * MAX_LOAD_MS});
      }
      return next(url, context);
    },
  });`;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('Hub that is sent a signal', () => {
  let folder: TemporaryFolder;
  let port: number;
  let children: ChildProcess[];
  beforeEach(async () => {
    folder = temporaryFolder();
    port = await freePort();
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill();
    folder.remove();
  });

  function start(env: Record<string, string> = {}) {
    const child = spawn(process.execPath, ['tools/run.mjs', 'production', 'hub.ts'], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        LANG: 'en_US.UTF-8',
        HUB_DATA: `${folder.path}/data`,
        HUB_KEY_FILE: `${folder.path}/hub.key`,
        HUB_PORT: String(port),
        CLIENT_ID: '512345',
        CLIENT_SECRET: 'a'.repeat(32),
        ...env,
      },
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    const lines = async (text: string) => {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(output);
        await wait(20);
      }
    };
    const ended = once(child, 'close').then(([code]) => ({ code, output }));
    return { child, lines, ended };
  }

  /** A stop waits for this client until it closes. */
  async function slowClient() {
    const client = connect(port, '127.0.0.1').on('error', () => {});
    await once(client, 'connect');
    client.write(
      `POST /v1/subscriptions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 100\r\n\r\n{`,
    );
    return client;
  }

  async function stopHasBegun() {
    const isOpen = () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (await isOpen()) await wait(20);
  }

  test.each(SIGNALS)(
    'A %s while the program loads ends it without waiting',
    async (signal) => {
      const { child, lines, ended } = start({
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(SLOW_MACHINE)}`,
      });
      await lines('loading');
      child.kill(signal);
      expect(await ended).toEqual({ code: 0, output: 'loadingStopped. / 已停止。\n' });
    },
    MAX_LOAD_MS,
  );

  test(
    'Further signals while it stops change nothing',
    async () => {
      const { child, lines, ended } = start();
      await lines(`127.0.0.1:${port}`);
      const client = await slowClient();
      child.kill('SIGTERM');
      await stopHasBegun();
      for (const signal of SIGNALS) {
        child.kill(signal);
        await wait(100);
      }
      client.destroy();
      const { code, output } = await ended;
      expect(code).toBe(0);
      expect(output).toMatch(/\nStopped, 0 waiting\.\n$/);
      expect(output).not.toMatch(/^\s+at |Error:|Warning:/m);
    },
    MAX_LOAD_MS,
  );
});
