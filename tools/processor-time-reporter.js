/** Ends a run of Jest in one process with the processor time it took, which says more than a clock on a busy machine. */

export default class ProcessorTimeReporter {
  onRunComplete() {
    const { user, system } = process.cpuUsage();
    console.error(`Processor time: ${((user + system) / 1e6).toFixed(1)} s (user + system)`);
  }
}
