/** Writes the lists of operations, channels and simulators from the files in their folders. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from './page.ts';

interface List {
  folder: string;
  name: string;
  /** What the list holds, in words. */
  of: string;
  /** A list by name, where the name of a file is the key of what is in it. */
  byName?: true;
  /** The type of the list, where its items would give it a narrower one. */
  type?: { text: string; name: string; from: string };
}

const LISTS: readonly List[] = [
  { folder: 'triggers', name: 'triggers', of: 'triggers' },
  { folder: 'searches', name: 'searches', of: 'searches' },
  { folder: 'actions', name: 'actions', of: 'actions' },
  {
    folder: 'channels',
    name: 'channels',
    of: 'channels',
    type: {
      text: 'readonly ChannelDeclaration[]',
      name: 'ChannelDeclaration',
      from: '../lib/channels/channel.ts',
    },
  },
  { folder: 'sandbox/channels', name: 'simulators', of: 'simulators of messengers', byName: true },
];

/** "new-order.ts" → "newOrder". */
const nameOf = (file: string): string =>
  file.replace(/\.ts$/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** @param root the folder of the project */
export const registries = (root: string): Page[] =>
  LISTS.map(({ folder, name, of, byName, type }) => {
    const files = readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
      .sort();
    const [open, close] = byName ? ['{', '}'] : ['[', ']'];
    const lines = [
      `/** All ${of}. Written by \`npm run docs\`: add a file, not a line. */`,
      '',
      ...(type ? [`import type { ${type.name} } from '${type.from}';`] : []),
      ...files.map((file) => `import ${nameOf(file)} from './${file}';`),
      '',
      `export const ${name}${type ? `: ${type.text}` : ''} = ${open}`,
      ...files.map((file) => `  ${nameOf(file)},`),
      `${close};`,
      '',
    ];
    return { path: `${folder}/index.ts`, text: lines.join('\n') };
  });
