/** The pages about the hub: what they say about settings, and that both say the same. */

import { readHubSettings } from '../../lib/hosts/hub/settings.ts';
import { recordNames } from '../../lib/spelling.ts';
import { read } from '../support/repository.ts';

const pages = ['docs/hub.md', 'docs/hub.zh-CN.md'] as const;
const settingsOn = (page: string) =>
  [...read(page).matchAll(/^\| `(HUB_[A-Z_]+)` \| (.+?) \|/gm)].map(([, name = '', preset = '']) => ({
    name,
    preset: preset.replaceAll('`', ''),
  }));

describe('Pages about the hub', () => {
  test.each(pages)('The settings on %s are those that the hub reads', (page) => {
    const { env, names } = recordNames({});
    readHubSettings(env, '/');
    expect(
      settingsOn(page)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...names].sort());
  });

  test.each(pages)('The defaults on %s are those of the hub', (page) => {
    const { folder, keyFile, port, publicPort, searchCallsPerDay, listenOn, keepDays } = readHubSettings(
      {},
      '/',
    );
    expect(Object.fromEntries(settingsOn(page).map(({ name, preset }) => [name, preset]))).toEqual({
      HUB_DATA: folder.slice(1),
      HUB_KEY_FILE: keyFile.slice(1),
      HUB_PORT: String(port),
      HUB_PUBLIC_PORT: String(publicPort),
      HUB_PUBLIC_URL: '–',
      HUB_ALLOWED_TARGETS: '–',
      HUB_SEARCH_CALLS: String(searchCallsPerDay),
      HUB_KEEP_DELIVERED_DAYS: String(keepDays.delivered),
      HUB_KEEP_DAYS: String(keepDays.events),
      HUB_KEEP_IDS_DAYS: String(keepDays.ids),
      HUB_LISTEN: listenOn,
    });
  });

  test('Both pages have the same headings and the same commands', () => {
    const [en, zh] = pages.map((page) => {
      const blocks = [...read(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
        ([, language, code = '']) => [
          language,
          code.replace(/#.*$|\/\*\*.*\*\/|<[^>]*>/gm, '').replace(/[ \t]+$/gm, ''),
        ],
      );
      return { levels: read(page).match(/^#+/gm), blocks };
    });
    expect(zh).toEqual(en);
  });
});
