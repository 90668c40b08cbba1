/** What a release says and asks. */

import { createInterface } from 'node:readline/promises';
import type { Bilingual } from '../../../lib/problems.ts';
import { createTerminal, type Terminal } from '../../../lib/terminal.ts';

export type Answer = 'yes' | 'skip' | 'quit';

export interface Talk extends Pick<Terminal, 'say'> {
  /** The end of the input quits. */
  confirm(question: Bilingual): Promise<Answer>;
  /** Undefined at the end of the input. */
  choose<T extends string>(question: Bilingual, choices: readonly T[]): Promise<T | undefined>;
  close(): void;
}

const ANSWERS: Readonly<Record<string, Answer>> = { y: 'yes', s: 'skip', q: 'quit' };

/** In the terminal, or by what another program has written for it. */
export function terminalTalk(): Talk {
  const { say, language } = createTerminal();
  const input = createInterface({ input: process.stdin });
  const lines = input[Symbol.asyncIterator]();
  const answerTo = async (question: Bilingual): Promise<string | undefined> => {
    process.stdout.write(question[language]);
    const { value, done } = await lines.next();
    return done ? undefined : value.trim();
  };
  return {
    say,
    confirm: async ({ en, zh }) => {
      for (;;) {
        const given = await answerTo({
          en: `${en} [y]es, [s]kip, [q]uit: `,
          zh: `${zh}y 是，s 跳过，q 退出：`,
        });
        if (given === undefined) return 'quit';
        const answer = ANSWERS[given.toLowerCase().charAt(0)];
        if (answer) return answer;
      }
    },
    choose: async ({ en, zh }, choices) => {
      for (;;) {
        const given = await answerTo({
          en: `${en} (${choices.join(', ')}): `,
          zh: `${zh}（${choices.join('、')}）：`,
        });
        if (given === undefined) return undefined;
        const choice = choices.find((each) => each === given);
        if (choice) return choice;
      }
    },
    close: () => input.close(),
  };
}
