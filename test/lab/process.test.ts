import { noFaults } from '../../lab/faults.ts';
import { newProcess, openInvocation } from '../../lab/process.ts';
import { thisRelease } from '../../lab/this-release.ts';
import { steppedTime } from '../../lab/virtual-time.ts';

describe('Process of the lab that is killed', () => {
  const open = () => {
    const time = steppedTime(Date.parse('2026-11-01T00:00:00Z'));
    const process = newProcess(thisRelease, 'host');
    return { process, begin: (address: string) => openInvocation(time, process, noFaults(), address, 1) };
  };

  test('Every step that runs in it ends', async () => {
    const { begin } = open();
    const [one, other] = [begin('1'), begin('2')];
    void one.kill();
    await expect(one.killed).rejects.toThrow('killed');
    await expect(other.killed).rejects.toThrow('killed');
  });

  test('A command that a step has left behind does not kill the process that began again', async () => {
    const { process, begin } = open();
    const before = begin('1');
    void before.kill();
    const after = begin('2');
    void before.kill();
    await after.pass(1);
    expect(process.life).toBe(1);
  });
});
