/** Bundles the app for Zapier into `dist/`. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';
import { readMessageLanguage } from '../../lib/settings.ts';
import { external, root } from './project.ts';

/** Whitespace and annotations stay until the whole is bundled: without annotations, unused parts are not left out. */
const shortenPackages: Plugin = {
  name: 'shorten-packages',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.m?js$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), {
        minifyIdentifiers: true,
        minifySyntax: true,
        charset: 'utf8',
      });
      return { contents: code, loader: 'js' };
    });
  },
};

/**
 * Samples are converted from recorded answers, by the schemas of nearly all methods. The build does it once, so that no
 * start of the app does, and the recorded answers stay out of the bundle.
 */
const convertSamples: Plugin = {
  name: 'convert-samples',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/]engine[\\/]samples\.ts$/ }, async () => {
      const { operations } = await import('../../operations.ts');
      const { sampleEvent, sampleResult } = await import('../../lib/engine/samples.ts');
      const events = operations.triggers.map((trigger): [string, object] => [
        trigger.key,
        sampleEvent(trigger),
      ]);
      const results = operations.searches.map((search): [string, object] => [
        search.key,
        sampleResult(search),
      ]);
      const contents = `
        const events = ${toJson(events)};
        const results = ${toJson(results)};
        export const sampleEvent = ({ key }) => events[key];
        export const sampleResult = ({ key }) => results[key];`;
      return { contents, loader: 'js' };
    });
  },
};

const toJson = (entries: [string, object][]) => JSON.stringify(Object.fromEntries(entries), null, 2);

/** @returns the project's own files that went into the bundle, by their path from the root */
export async function bundle(): Promise<string[]> {
  const language = readMessageLanguage(process.env);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['index.ts'],
    outdir: 'dist',
    bundle: true,
    // A part that is imported when it is needed stays a file of its own.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external,
    define: { 'process.env.MESSAGE_LANGUAGE': JSON.stringify(language) },
    // Chinese texts stay readable.
    charset: 'utf8',
    plugins: [shortenPackages, convertSamples],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const sources = Object.keys(metafile.inputs);
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await compactPackages(text, new Set(sources.filter(isOfPackage))));
  }
  return sources.filter((source) => !isOfPackage(source));
}

const isOfPackage = (source: string) => source.startsWith('node_modules/');

/**
 * The project's own code keeps its lines, so that it can be reviewed and a stack trace can be read.
 * @param text esbuild writes the path of each source in a comment before its piece
 */
async function compactPackages(text: string, ofPackages: ReadonlySet<string>): Promise<string> {
  let compact = '';
  for (const piece of text.split(/^(?=\/\/ \S+$)/m)) {
    const [, heading = '', source = ''] = /^(\/\/ (\S+)\n)/.exec(piece) ?? [];
    compact += ofPackages.has(source) ? heading + (await withoutWhitespace(piece)) : piece;
  }
  return compact;
}

/** Comments are left out too, except those on licenses. An error that is not caught prints its line, hence the limit. */
export const withoutWhitespace = async (code: string) =>
  (await transform(code, { minifyWhitespace: true, lineLimit: 500, charset: 'utf8' })).code;
