declare module 'pino-roll' {
  import type { SonicBoom, SonicBoomOpts } from 'sonic-boom';

  interface Options extends Omit<SonicBoomOpts, 'dest'> {
    file: string;
    size?: string;
    limit?: { count: number; removeOtherLogFiles: boolean };
  }
  export default function pinoRoll(options: Options): Promise<SonicBoom>;
}
