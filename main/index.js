// Pulumi starts here: a folder of its own, because the language host searches the folder of `main` for plugins, and a
// node_modules there costs seconds. The hook runs TypeScript as it is, without a build and without type checks; what
// is loaded before it loads twice as fast.
require("@pulumi/pulumi");
require("tsx/cjs");
const program = require("../index.ts");

// Pulumi's SDK reads a stack trace for every promise it makes. Mapping each to the sources triples the program's time,
// so traces are mapped again only when there is an error to show.
process.setSourceMapsEnabled(false);
module.exports = async () => {
  try {
    return await program();
  } catch (error) {
    process.setSourceMapsEnabled(true);
    throw error;
  }
};
