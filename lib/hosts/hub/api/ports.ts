/** Ports that another program uses. */

import { fail } from '../../../problems.ts';

/** @returns what turns the error of a server that listens into a problem that names the setting */
export const refusePort =
  (setting: string, port: number) =>
  (error: unknown): never => {
    if ((error as NodeJS.ErrnoException | null)?.code !== 'EADDRINUSE') throw error;
    return fail('bad_setting', {
      setting,
      expected: {
        en: `a port that no other program uses; ${port} is in use`,
        zh: `未被其他程序占用的端口（${port} 已被占用）`,
      },
    });
  };
