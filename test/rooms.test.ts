import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const roots = [
  'index.ts',
  'operations.ts',
  'triggers',
  'searches',
  'actions',
  'authentication',
  'recipes',
  'lib',
  'sandbox',
  'tools',
];

/** Room → what it may import beside itself. Longest match wins. */
const rooms: Record<string, string[]> = {
  'lib/problems.ts': ['lib/runtime.ts'],
  'lib/runtime.ts': [],
  'lib/settings.ts': ['lib/problems.ts', 'lib/aliexpress'],
  'lib/pack': ['lib/problems.ts', 'lib/runtime.ts'],
  'lib/stores': ['lib/http', 'lib/runtime.ts'],
  'lib/budget': ['lib/stores', 'lib/problems.ts', 'lib/runtime.ts'],
  'lib/http': [],
  'lib/aliexpress': ['lib/http', 'lib/pack', 'lib/problems.ts', 'lib/runtime.ts'],
  'lib/feeds': [
    'lib/budget',
    'lib/aliexpress',
    'lib/stores',
    'lib/pack',
    'lib/problems.ts',
    'lib/runtime.ts',
  ],
  'lib/feishu': ['lib/http', 'lib/pack', 'lib/problems.ts', 'lib/runtime.ts'],
  'lib/tickets': ['lib/pack', 'lib/problems.ts'],
  'lib/engine': ['lib/feeds', 'lib/feishu', 'lib/aliexpress', 'lib/pack'],
  'lib/hosts/zapier': ['lib', 'authentication'],
  'lib/hosts/local': ['lib', 'index.ts'],
  authentication: ['lib/aliexpress', 'lib/budget', 'lib/stores', 'lib/problems.ts', 'lib/runtime.ts'],
  triggers: ['lib/pack', 'lib/feeds', 'lib/aliexpress'],
  searches: ['lib/pack', 'lib/feeds', 'lib/aliexpress'],
  actions: ['lib/pack', 'lib/feeds', 'lib/aliexpress', 'lib/feishu', 'lib/tickets'],
  recipes: ['lib/pack', 'triggers', 'actions', 'searches'],
  'operations.ts': ['triggers', 'searches', 'actions'],
  'index.ts': ['lib', 'operations.ts', 'package.json'],
  sandbox: ['lib', 'recipes'],
  tools: ['lib', 'recipes', 'operations.ts'],
};

const files = roots.flatMap((path) =>
  path.endsWith('.ts')
    ? [path]
    : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `${path}/${file.replaceAll('\\', '/')}`),
);

const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) =>
    String(name),
  );

const isIn = (file: string, room: string) => file === room || file.startsWith(`${room}/`);
const roomOf = (file: string) =>
  Object.keys(rooms)
    .filter((room) => isIn(file, room))
    .sort((a, b) => b.length - a.length)[0];

const local = files.flatMap((file) =>
  importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => ({ file, target: relative(root, join(root, dirname(file), name)).replaceAll('\\', '/') })),
);

test('every file stands in a room', () => {
  expect(files.filter((file) => !roomOf(file))).toEqual([]);
});

test('imports between rooms run one way', () => {
  const wrong = local.filter(({ file, target }) => {
    const room = roomOf(file) as string;
    return !isIn(target, room) && !rooms[room]?.some((allowed) => isIn(target, allowed));
  });
  expect(wrong).toEqual([]);
});

test('only the Zapier host and the app itself know zapier-platform-core', () => {
  const knowing = files.filter((file) => importsOf(file).includes('zapier-platform-core'));
  expect(knowing.filter((file) => !isIn(file, 'lib/hosts/zapier') && file !== 'index.ts')).toEqual([]);
});

test('nothing under lib imports the sandbox', () => {
  expect(local.filter(({ file, target }) => isIn(file, 'lib') && isIn(target, 'sandbox'))).toEqual([]);
});

test('zod comes in as a namespace, because otherwise the bundle holds all of its languages', () => {
  const wrong = files.filter((file) =>
    /import \{[^}]*\} from 'zod'/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
