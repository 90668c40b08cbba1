import { createApp } from '../../../index.ts';
import { readAtStart, withZapierErrors } from '../../../lib/hosts/zapier/errors.ts';
import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';
import { messageIn } from '../../../lib/hosts/zapier/language.ts';
import { MESSAGE_LANGUAGES } from '../../../lib/language.ts';
import { Problem, problemKinds } from '../../../lib/problems.ts';
import { readMessageLanguage, readSettings } from '../../../lib/settings.ts';
import { CHINESE } from '../../support/chinese.ts';
import { samples } from '../../support/problem-samples.ts';
import { contractOf } from '../../support/public-contract.ts';
import { readDefinition, textsIn } from '../../support/publishing-checks/definition.ts';

const SETTINGS = { dailyCallLimit: 200 };
const appIn = (language: 'both' | 'en' | 'zh') =>
  createApp({ settings: SETTINGS, random: Math.random, language } as never);
const definitionIn = async (language: 'both' | 'en' | 'zh') =>
  (await createAppHandler(appIn(language))({ command: 'definition' })).results;
const problems = problemKinds.map((kind) => new Problem(kind, samples[kind]));

describe('With MESSAGE_LANGUAGE=en', () => {
  test('no text of the app is Chinese, samples included', async () => {
    const chinese = textsIn(await definitionIn('en')).filter(({ text }) => CHINESE.test(text));
    expect(chinese).toEqual([]);
  });

  test('no key of an output or a sample announces Chinese', async () => {
    const { triggers, searches, creates } = readDefinition(await definitionIn('en'));
    expect(JSON.stringify([triggers, searches, creates])).not.toMatch(/_zh"|\(Chinese\)/);
  });

  test.each(problems)('the message of $kind is English', (problem) => {
    expect(messageIn(problem, 'en')).not.toMatch(CHINESE);
    expect(messageIn(problem, 'en').length).toBeGreaterThan(10);
  });
});

describe('In every language', () => {
  test.each(MESSAGE_LANGUAGES)("the app in %s passes core's own validation", async (language) => {
    const { results } = await createAppHandler(appIn(language))({ command: 'validate', calledFromCli: true });
    expect(results).toEqual([]);
  });

  test('inputs are the same, and outputs differ by the Chinese ones alone', () => {
    const contractsIn = (language: 'both' | 'en' | 'zh') => {
      const { triggers, searches, creates } = appIn(language);
      const all = [...Object.values(triggers), ...Object.values(searches), ...Object.values(creates)];
      return all.map((operation) => contractOf(operation as never, undefined));
    };
    expect(contractsIn('zh')).toEqual(contractsIn('both'));
    const withoutChinese = contractsIn('both').map(({ inputs, outputs }) => ({
      inputs,
      outputs: Object.fromEntries(Object.entries(outputs).filter(([path]) => !path.endsWith('_zh'))),
    }));
    expect(contractsIn('en')).toEqual(withoutChinese);
  });
});

describe('The help of an input', () => {
  const helpOf = (language: 'both' | 'en' | 'zh', key: string) => {
    const fields = appIn(language).triggers.new_order?.operation.inputFields ?? [];
    return fields.find((field) => field.key === key)?.helpText;
  };

  test('is in both languages by default, and names the input in Chinese', () => {
    expect(helpOf('both', 'min_amount')).toBe(
      `${helpOf('en', 'min_amount')}\n\n${helpOf('zh', 'min_amount')}`,
    );
    expect(helpOf('zh', 'min_amount')).toMatch(/^最低金额：/);
    expect(appIn('both')).toEqual(expect.objectContaining({ triggers: expect.anything() }));
  });

  test('names the choices in Chinese too, because their labels are English', () => {
    const named = '选项：Leave out = 不触发；Include, whatever their amount = 触发，不限金额。';
    expect(helpOf('both', 'other_currencies')?.endsWith(named)).toBe(true);
    expect(helpOf('zh', 'other_currencies')?.endsWith(named)).toBe(true);
    expect(helpOf('en', 'other_currencies')).not.toMatch(CHINESE);
  });

  test('of the connection and of freshness follows too', () => {
    expect(helpOf('zh', 'freshness')).toMatch(CHINESE);
    const { fields = [] } = appIn('both').authentication;
    expect(fields[0]?.helpText).toMatch(/17TRACK.*\n\n.*17TRACK/s);
  });
});

describe('An error of a step', () => {
  const thrownIn = async (language: 'both' | 'en' | 'zh') => {
    const runtime = { random: () => 0, settings: SETTINGS, language } as never;
    const step = withZapierErrors(runtime, async () => {
      throw new Problem('budget_unavailable', {});
    });
    return JSON.parse(await step.then(String, ({ message }: Error) => message)).message as string;
  };

  test('is in the language of the setting, also where it names the store', async () => {
    expect(await thrownIn('en')).toMatch(/^Zapier's cache [^\n]+$/);
    expect(await thrownIn('en')).not.toMatch(CHINESE);
    expect(await thrownIn('zh')).toMatch(/^Zapier 缓存/);
    expect(await thrownIn('both')).toBe(`${await thrownIn('en')}\n${await thrownIn('zh')}`);
  });
});

describe('MESSAGE_LANGUAGE', () => {
  test('is "both" where it is not set, and accepts three values', () => {
    expect(readMessageLanguage({})).toBe('both');
    expect(MESSAGE_LANGUAGES.map((value) => readMessageLanguage({ MESSAGE_LANGUAGE: value }))).toEqual([
      'both',
      'en',
      'zh',
    ]);
    expect(() => readMessageLanguage({ MESSAGE_LANGUAGE: 'english' })).toThrow('both, en or zh');
  });

  test('applies to wrong settings at the start of the app, and all of them are named', () => {
    const read = () =>
      readAtStart(() => readSettings({ DAILY_CALL_LIMIT: 'x', QUOTA_DAY_ZONE: 'Beijing' }), 'en');
    expect(read).toThrow(/DAILY_CALL_LIMIT.*\n.*QUOTA_DAY_ZONE/);
    expect(read).not.toThrow(CHINESE);
  });
});
