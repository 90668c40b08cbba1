import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Every module may import these. */
const BASE = [
  'lib/pack',
  'lib/problems.ts',
  'lib/runtime.ts',
  'lib/steady-now.ts',
  'lib/once-per.ts',
  'lib/language.ts',
];
const DECLARATIONS = ['triggers', 'searches', 'actions', 'channels', 'recipes'];
const BELOW_FEEDS = ['lib/budget', 'lib/trackers', 'lib/aliexpress', 'lib/stores', 'lib/http'];
const BELOW_HOSTS = [
  'lib/engine',
  'lib/feeds',
  'lib/channels',
  'lib/tickets',
  'lib/settings.ts',
  'lib/read-all.ts',
  'lib/spelling.ts',
  'lib/vault.ts',
  ...BELOW_FEEDS,
];

/**
 * The folders and files that each module may import, besides itself and the base. The most specific key applies.
 * Modules in one line of the layers stand side by side and do not import each other.
 */
const layers: Record<string, readonly string[]> = {
  'lib/runtime.ts': [],
  'lib/steady-now.ts': [],
  'lib/problems.ts': [],
  'lib/vault.ts': [],
  'lib/terminal.ts': [],
  'lib/once-per.ts': [],
  'lib/language.ts': [],
  'lib/pack': [],
  'lib/http': [],
  'lib/stores': ['lib/http'],
  'lib/aliexpress': ['lib/stores', 'lib/http'],
  'lib/read-all.ts': [],
  'lib/spelling.ts': [],
  'lib/settings.ts': ['lib/aliexpress', 'lib/stores', 'lib/http', 'lib/read-all.ts'],
  'lib/trackers': ['lib/aliexpress', 'lib/stores', 'lib/http'],
  'lib/budget': ['lib/aliexpress', 'lib/stores', 'lib/http'],
  'lib/feeds/engine': BELOW_FEEDS,
  'lib/feeds': ['lib/feeds/engine', ...BELOW_FEEDS],
  'lib/tickets': [],
  'lib/channels': ['lib/http'],
  'lib/engine': ['lib/feeds', 'lib/channels', 'lib/tickets', ...BELOW_FEEDS],
  'lib/hosts/zapier': [...BELOW_HOSTS, 'authentication'],
  'lib/hosts/hub': [...BELOW_HOSTS, 'lib/terminal.ts', 'authentication'],
  'lib/hosts/make': [...BELOW_HOSTS],
  authentication: ['lib/budget', 'lib/aliexpress', 'lib/stores', 'lib/vault.ts'],
  triggers: ['lib/feeds', 'lib/aliexpress'],
  searches: ['lib/feeds', 'lib/aliexpress'],
  actions: ['lib/feeds', 'lib/aliexpress', 'lib/channels', 'lib/tickets', 'channels'],
  channels: ['lib/channels'],
  recipes: ['triggers', 'searches', 'actions', 'channels'],
  'operations.ts': DECLARATIONS,
  'index.ts': [...BELOW_HOSTS, 'lib/hosts/zapier', 'operations.ts', 'package.json'],
  'hub.ts': ['hub-commands.ts', 'lib/hosts/hub'],
  'hub-commands.ts': [
    ...BELOW_HOSTS,
    'lib/terminal.ts',
    'lib/hosts/hub',
    'sandbox',
    ...DECLARATIONS,
    'operations.ts',
    'package.json',
  ],
  'mcp.ts': [],
  'probe.ts': [],
  sandbox: ['lib', 'authentication', 'channels', 'recipes', 'operations.ts', 'index.ts'],
  bench: [
    'lib',
    'sandbox',
    'lab/virtual-time.ts',
    'tools/releases',
    ...DECLARATIONS,
    'operations.ts',
    'index.ts',
  ],
  lab: ['lib', 'sandbox', 'tools/releases', ...DECLARATIONS, 'operations.ts', 'index.ts'],
  tools: ['lib', 'sandbox', ...DECLARATIONS, 'operations.ts', 'package.json'],
};

const ignored = ['node_modules', 'dist', 'coverage'];
const files = readdirSync(root, { withFileTypes: true })
  .filter(({ name }) => !name.startsWith('.') && !ignored.includes(name))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(join(root, entry.name), { recursive: true, encoding: 'utf8' }).map(
          (file) => `${entry.name}/${file.replaceAll('\\', '/')}`,
        )
      : [entry.name],
  )
  .filter((file) => file.endsWith('.ts'));
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const imports = new Map([...sources].map(([file, source]) => [file, importsIn(source)]));

/** The names that a module imports, also types and imports at run time. */
function importsIn(source: string): string[] {
  const names: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, source, argument, callee, arguments: args } = node as Record<string, Named & Named[]>;
    if (source && /^(Import|Export(All|Named))Declaration$/.test(String(type))) names.push(source.value);
    if (String(type) === 'TsImportType' && argument) names.push(argument.value);
    const [first] = callee?.type === 'Import' && args ? args : [];
    if (first?.expression?.type === 'StringLiteral') names.push(first.expression.value);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2022' }));
  return names;
}

interface Named {
  type?: string;
  value: string;
  expression?: Named;
}

const isIn = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`);
const layerOf = (file: string): string | undefined =>
  Object.keys(layers)
    .filter((folder) => isIn(file, folder))
    .sort((a, b) => b.length - a.length)[0];
/** Files of the repository that a file imports. */
const localImports = (file: string): string[] =>
  (imports.get(file) ?? [])
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(dirname(file), name));
const sourceFiles = files.filter((file) => !isIn(file, 'test'));

describe('Architecture', () => {
  test('Every source file belongs to a layer', () => {
    expect(sourceFiles.filter((file) => !layerOf(file))).toEqual([]);
  });

  test('Every layer only imports the layers below it', () => {
    const wrong = sourceFiles
      .flatMap((file) => localImports(file).map((target) => ({ file, target })))
      .filter(({ file, target }) => {
        const layer = layerOf(file) ?? '';
        const allowed = [layer, ...BASE, ...(layers[layer] ?? [])];
        return !allowed.some((folder) => isIn(target, folder));
      });
    expect(wrong).toEqual([]);
  });

  test('Import circles do not exist', () => {
    expect(circles(files)).toEqual([]);
  });

  test('No module except the Zapier host and the app itself imports zapier-platform-core', () => {
    const importing = sourceFiles.filter((file) => imports.get(file)?.some(isPlatformCore));
    expect(importing.filter((file) => !isIn(file, 'lib/hosts/zapier') && file !== 'index.ts')).toEqual([]);
  });

  test('One module opens SQLite files, so that none of them needs a folder for temporary files', () => {
    const opening = sourceFiles.filter((file) => /new DatabaseSync\(/.test(sources.get(file) ?? ''));
    expect(opening).toEqual(['lib/stores/sqlite.ts']);
  });

  test('Zod is imported as a namespace, so that the bundle leaves out its languages', () => {
    const wrong = sourceFiles.filter((file) => /import \{[^}]*\} from 'zod'/.test(sources.get(file) ?? ''));
    expect(wrong).toEqual([]);
  });
});

const isPlatformCore = (name: string) => /^zapier-platform-core\b/.test(name);

/** One circle for each import that closes one, as a list of files. */
function circles(from: readonly string[]): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const target of localImports(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of from) visit(file, []);
  return found;
}
