// Pulumi starts here: a folder of its own, because the language host searches the folder of `main` for plugins, and a
// node_modules there costs seconds. The hook runs TypeScript as it is, without a build and without type checks; what
// is loaded before it loads twice as fast.
require("@pulumi/pulumi");
require("@pulumi/aws");
require("tsx/cjs");
const program = require("../index.ts");

// Pulumi's SDK reads a stack trace for every promise it makes. Mapping each to the sources triples the program's time,
// so Node maps traces only when there is an error to show. The hook that the language host installs stays off: its
// mapping is wrong for tsx, and colouring such a trace takes a minute (https://github.com/nodejs/node/issues/64011).
process.setSourceMapsEnabled(false);
Error.prepareStackTrace = undefined;
module.exports = async () => {
  try {
    return await program();
  } catch (error) {
    process.setSourceMapsEnabled(true);
    throw error;
  }
};
