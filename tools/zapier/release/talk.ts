/** What a release says and asks. */

import { createInterface } from 'node:readline/promises';

export type Answer = 'yes' | 'skip' | 'quit';

export interface Talk {
  say(text: string): void;
  /** The end of the input quits. */
  confirm(question: string): Promise<Answer>;
  /** Undefined at the end of the input. */
  choose<T extends string>(question: string, choices: readonly T[]): Promise<T | undefined>;
  close(): void;
}

const ANSWERS: Readonly<Record<string, Answer>> = { y: 'yes', s: 'skip', q: 'quit' };

/** In the terminal, or by what another program has written for it. */
export function terminalTalk(): Talk {
  const terminal = createInterface({ input: process.stdin });
  const lines = terminal[Symbol.asyncIterator]();
  const answerTo = async (question: string): Promise<string | undefined> => {
    process.stdout.write(question);
    const { value, done } = await lines.next();
    return done ? undefined : value.trim();
  };
  return {
    say: (text) => console.log(text),
    confirm: async (question) => {
      for (;;) {
        const given = await answerTo(`${question} [y]es, [s]kip, [q]uit: `);
        if (given === undefined) return 'quit';
        const answer = ANSWERS[given.toLowerCase().charAt(0)];
        if (answer) return answer;
      }
    },
    choose: async (question, choices) => {
      for (;;) {
        const given = await answerTo(`${question} (${choices.join(', ')}): `);
        if (given === undefined) return undefined;
        const choice = choices.find((each) => each === given);
        if (choice) return choice;
      }
    },
    close: () => terminal.close(),
  };
}
