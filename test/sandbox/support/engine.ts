/**
 * Skips the tests of a suite where no Pulumi CLI can be had; `npm test` has looked for one. With `CI` set it must run.
 * To be called first in a `describe` block.
 */
export function requireEngine(): void {
  before(function () {
    if (process.env.SWITCHYARD_WITHOUT_ENGINE) this.skip();
  });
}
