import { terminalTexts } from '../lib/hosts/hub/service/terminal-texts.ts';
import { Problem, sentencesOf } from '../lib/problems.ts';
import { createTerminal, systemLanguage } from '../lib/terminal.ts';

describe('Language of the system', () => {
  test.each([
    [{ LANG: 'zh_CN.UTF-8' }, 'en-US', 'zh'],
    [{ LANG: 'de_DE.UTF-8' }, 'zh-CN', 'en'],
    [{ LANG: 'C' }, 'zh-CN', 'en'],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW' }, 'en-US', 'zh'],
    [{ LC_ALL: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN', LANG: 'zh_CN' }, 'zh-CN', 'en'],
    [{ LC_ALL: '', LANG: 'zh' }, 'en-US', 'zh'],
    [{}, 'zh-Hans-CN', 'zh'],
    [{}, 'fr-FR', 'en'],
    [{}, 'zha', 'en'],
  ] as const)('With %j and the locale %s it is %s', (env, locale, language) => {
    expect(systemLanguage(env, locale)).toBe(language);
  });
});

describe('Terminal', () => {
  const HAN = /\p{Script=Han}/u;
  const linesIn = (language: 'en' | 'zh') => {
    const lines: string[] = [];
    const add = (line: string) => void lines.push(line);
    const terminal = createTerminal(language, { out: add, error: add });
    terminal.say(terminalTexts.help);
    terminal.say(terminalTexts.running('http://127.0.0.1:4170'));
    terminal.say(terminalTexts.sandboxKey('key'));
    terminal.say(terminalTexts.stopped(3));
    terminal.say(terminalTexts.backedUp('/a', '/b'));
    terminal.say(terminalTexts.restored('/a', 0));
    terminal.complain(sentencesOf(new Problem('already_running', { folder: '/data' })));
    return lines;
  };

  test('Every line is in Chinese, or every line in English', () => {
    expect(linesIn('zh').filter((line) => !HAN.test(line))).toEqual([]);
    expect(linesIn('en').filter((line) => HAN.test(line))).toEqual([]);
  });
});
