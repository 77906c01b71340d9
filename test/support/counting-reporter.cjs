// Mocha's `spec` report, and its counts as one plain line in the file that PLASMAVAKT_TEST_COUNTS
// names, for scripts: "N passed, N failed, N skipped".
'use strict';
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { reporters, Runner } = require('mocha');

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const path = process.env.PLASMAVAKT_TEST_COUNTS;
    if (!path) throw new Error('PLASMAVAKT_TEST_COUNTS must name the file for the counts');
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${passes} passed, ${failures} failed, ${pending} skipped\n`);
    });
  }
};
