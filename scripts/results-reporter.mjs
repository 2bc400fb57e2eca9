// Keeps the counts of a vitest run, and why tests were skipped, in the file that ROLLCALL_TEST_RESULTS names.
import { writeFileSync } from 'node:fs';

export default class ResultsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const results = { passed: 0, failed: 0, skipped: [] };
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') results.passed++;
        else if (result.state === 'failed') failedHere++;
        else
          results.skipped.push({
            file: module.relativeModuleId,
            test: test.fullName,
            why: result.note ?? null,
          });
      }
      // A file that could not be loaded has no tests; it failed all the same.
      if (failedHere === 0 && module.state() === 'failed') failedHere = 1;
      results.failed += failedHere;
    }
    if (results.failed === 0 && unhandledErrors.length > 0) results.failed = 1;
    const file = process.env.ROLLCALL_TEST_RESULTS;
    if (file) writeFileSync(file, JSON.stringify(results));
  }
}
