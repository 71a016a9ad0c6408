import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

/** What a suite came to, for whoever started it: `test/run.mjs` adds them up. */
export interface SuiteCounts {
  readonly passed: number;
  readonly failed: number;
  /** Full titles. */
  readonly skipped: readonly string[];
}

/**
 * Mocha's spec reporter that also writes its counts to the file named by OVN_TRACE_COUNTS. With OVN_TRACE_REPORT the
 * lines go to that file: in an extension host the console is shared with the editor's own messages.
 */
export class SuiteReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    const reportFile = process.env['OVN_TRACE_REPORT'];
    if (reportFile !== undefined) {
      Mocha.reporters.Base.consoleLog = (...line: unknown[]) =>
        appendFileSync(reportFile, `${format(...line)}\n`);
    }
    super(runner, options);
    const skipped: string[] = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      const countsFile = process.env['OVN_TRACE_COUNTS'];
      if (countsFile === undefined) return;
      const { passes, failures } = this.stats;
      const counts: SuiteCounts = { passed: passes, failed: failures, skipped };
      writeFileSync(countsFile, JSON.stringify(counts));
    });
  }
}
