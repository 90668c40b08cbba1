import {
  fileReason,
  isFileError,
  reasonOfError,
  reasonOfProblem,
  wordsOf,
} from '../../../lib/hosts/hub/reasons.ts';
import { Problem } from '../../../lib/problems.ts';

describe('Reasons why something was paused or did not arrive', () => {
  test('The words of a code are Chinese and English', () => {
    expect(wordsOf('access_given_up').zh).toMatch(/放弃/);
    expect(wordsOf('too_large')).toEqual({ en: 'the reply is too large', zh: '返回内容过大' });
  });

  test('The status of an answer and the code of a file error are part of the code', () => {
    expect(wordsOf('http_503')).toEqual({ en: 'HTTP 503', zh: 'HTTP 503' });
    const reason = fileReason(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    expect(wordsOf(reason)).toEqual({
      en: 'the file cannot be written (ENOSPC)',
      zh: '无法写入文件（ENOSPC）',
    });
    expect(fileReason(undefined)).toBe('file_unknown');
    expect([isFileError(new Error('a mistake')), isFileError(undefined)]).toEqual([false, false]);
  });

  test('A problem with words of its own is stored as its kind, another with its sentences', () => {
    expect(
      reasonOfProblem(new Problem('channel_busy', { channel: { en: 'X', zh: '某' }, code: '1', retryIn: 1 })),
    ).toBe('channel_busy');
    const problem = new Problem('unknown_time_zone', { value: 'Mars/Olympus' });
    const words = wordsOf(reasonOfProblem(problem));
    expect(words.en).toContain('Mars/Olympus');
    expect(words.zh).toMatch(/^“Mars.*[\u4e00-\u9fff]/);
  });

  test('An error that is no problem is one of the hub', () => {
    expect(wordsOf(reasonOfError(new Error('a mistake')))).toEqual({
      en: 'an error in the hub',
      zh: '服务内部出错',
    });
  });
});
