/** Ports on which the hub cannot listen. */

import { type Bilingual, fail } from '../../../problems.ts';

/** By the code of the error. */
const EXPECTED: Readonly<Record<string, (port: number) => Bilingual>> = {
  EADDRINUSE: (port) => ({
    en: `a port that no other program uses; ${port} is in use`,
    zh: `未被其他程序占用的端口（${port} 已被占用）`,
  }),
  EACCES: (port) => ({
    en: `a port that this program may use, usually from 1024 up; ${port} is reserved by the system`,
    zh: `本程序可以使用的端口，通常不小于 1024（${port} 由系统保留）`,
  }),
  ERR_SOCKET_BAD_PORT: (port) => ({
    en: `a lower port; ${port} does not exist`,
    zh: `更小的端口号（${port} 不存在）`,
  }),
};

/** @returns what turns the error of a server that listens into a problem that names the setting */
export const refusePort =
  (setting: string, port: number) =>
  (error: unknown): never => {
    const expected = EXPECTED[(error as NodeJS.ErrnoException | null)?.code ?? ''];
    if (!expected) throw error;
    return fail('bad_setting', { setting, expected: expected(port) });
  };
