const { reporters, Runner } = require("mocha");

/** Mocha's own report, with the counts in words as the last line. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const skipped = pending > 0 ? `, ${pending} skipped` : "";
      process.on("exit", () => console.log(`${passes} passed, ${failures} failed${skipped}`));
    });
  }
};
